"""The page, Swagger, and what lies beside them."""

import re
from pathlib import Path

import httpx2
import pytest

from mistudio.api.pages import SWAGGER
from tests.app import App, MakeApp, problem_of


@pytest.fixture
def built(tmp_path: Path) -> Path:
    """A built page, with a secret beside it."""
    static = tmp_path / "built"
    (static / "assets").mkdir(parents=True)
    (static / "index.html").write_text("<title>the page</title>")
    (static / "favicon.svg").write_text("<svg/>")
    (static / "assets" / "app-1a2b.js").write_text("1")
    (tmp_path / "secret.txt").write_text("secret")
    (static / "link.txt").symlink_to(tmp_path / "secret.txt")
    (static / "circle.txt").symlink_to("circle.txt")
    (static / "assets" / "link.js").symlink_to(tmp_path / "secret.txt")
    return static


@pytest.fixture
async def page(make_app: MakeApp, built: Path) -> httpx2.AsyncClient:
    app: App = await make_app({"MISTUDIO_STATIC_DIR": str(built)})
    return app.from_address()


async def get(client: httpx2.AsyncClient, path: str) -> httpx2.Response:
    return await client.get(f"http://127.0.0.1{path}")


@pytest.mark.parametrize("path", ["/", "/datasets", "/jobs/1", "/settings"])
async def test_the_page_is_shown_at_its_own_addresses(page: httpx2.AsyncClient, path: str) -> None:
    response = await get(page, path)
    assert response.status_code == 200
    assert "the page" in response.text
    assert response.headers["cache-control"] == "no-cache"


async def test_files_of_the_page(page: httpx2.AsyncClient) -> None:
    assert (await get(page, "/favicon.svg")).text == "<svg/>"
    script = await get(page, "/assets/app-1a2b.js")
    assert script.text == "1"
    assert "immutable" in script.headers["cache-control"]
    problem_of(await get(page, "/missing.js"), 404, "NOT_FOUND")
    problem_of(await get(page, "/assets/missing.js"), 404, "NOT_FOUND")


@pytest.mark.parametrize(
    "path",
    [
        "/../secret.txt",
        "/%2e%2e/secret.txt",
        "/..%2fsecret.txt",
        "/%252e%252e/secret.txt",
        "/assets/../../secret.txt",
        "/assets/%2e%2e/%2e%2e/secret.txt",
        "/assets/..%5c..%5csecret.txt",
        "//etc/passwd.txt",
        "/%2fetc%2fpasswd.txt",
        "/link.txt",
        "/circle.txt",
        "/assets/link.js",
        "/secret.txt%00",
        "/%00",
        "/" + "a" * 300 + ".txt",
        "/" + "a/" * 3000 + "b.txt",
        "/%e2%80%aetxt.exe",
    ],
)
async def test_nothing_beside_the_page(page: httpx2.AsyncClient, path: str) -> None:
    response = await get(page, path)
    assert response.status_code in (200, 404)
    assert "secret" not in response.text
    assert "root:" not in response.text


async def test_without_a_built_page(make_app: MakeApp, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mistudio.main._static_dir", lambda _: None)
    app = await make_app()
    response = await app.client.get("http://127.0.0.1/")
    assert response.status_code == 200
    assert "not built" in response.text
    problem_of(await app.client.get("http://127.0.0.1/swagger/init.js"), 404, "NOT_FOUND")


async def test_swagger_needs_nothing_from_elsewhere(page: httpx2.AsyncClient) -> None:
    response = await get(page, "/docs")
    assert response.status_code == 200
    assert response.text == SWAGGER
    assert not re.search(r"https?://|//[a-z]", response.text)
    assert "<script>" not in response.text
    assert re.findall(r'(?:src|href)="([^"]+)"', response.text) == [
        "/swagger/swagger-ui.css",
        "/swagger/swagger-ui-bundle.js",
        "/swagger/init.js",
    ]
    assert "script-src 'self';" in response.headers["content-security-policy"]
