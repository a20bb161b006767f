"""Who may ask: hosts, origins, tokens, other machines; and what every answer carries."""

import httpx2
import pytest

from mistudio import main
from mistudio.core.config import Settings
from mistudio.core.errors import ConfigurationError
from mistudio.core.security import CONTENT_SECURITY_POLICY, host_name
from mistudio.local.network import require_token
from tests.app import App, MakeApp, problem_of

TOKEN = "a long random text for tests"
BEARER = {"authorization": f"Bearer {TOKEN}"}
PUBLIC = "mi.example.org"


@pytest.fixture
async def guarded(make_app: MakeApp) -> App:
    return await make_app({"MISTUDIO_API_TOKEN": TOKEN, "MISTUDIO_ALLOWED_HOSTS": f"{PUBLIC}, Lab.Example:8443"})


async def ask(
    app: App, host: str, address: str = "127.0.0.1", method: str = "GET", **headers: str
) -> httpx2.Response:
    """Ask as a machine at `address` for the host named in the Host header."""
    client = app.from_address(address)
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    path = "/datasets" if method == "GET" else "/datasets/demo"
    return await client.request(method, path, headers={**given, "host": host})


# --- where it listens ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "", "mi.example.org", "127.0.0.1.example.org"])
def test_it_does_not_start_for_others_without_a_token(
    host: str, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MISTUDIO_HOST", host)
    main.get_settings.cache_clear()
    with pytest.raises(ConfigurationError, match="MISTUDIO_API_TOKEN"):
        main.create_app()
    monkeypatch.setenv("MISTUDIO_API_TOKEN", "")
    main.get_settings.cache_clear()
    with pytest.raises(ConfigurationError):
        main.create_app()


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "localhost", "127.0.0.2"])
def test_it_starts_on_loopback(host: str) -> None:
    require_token(Settings(_env_file=None, host=host))


async def test_other_machines_need_the_token_wherever_it_listens(app: App, make_app: MakeApp) -> None:
    for address in ("192.0.2.7", "10.0.0.1", "2001:db8::1", "::ffff:192.0.2.7"):
        problem_of(await ask(app, "localhost", address), 401, "UNAUTHORIZED")
    for address in ("127.0.0.1", "127.1.2.3", "::1", "::ffff:127.0.0.1", "", "unix"):
        assert (await ask(app, "localhost", address)).status_code == 200
    with_token = await make_app({"MISTUDIO_API_TOKEN": TOKEN})
    assert (await ask(with_token, "localhost", "192.0.2.7", **BEARER)).status_code == 200


# --- under which name ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "127.0.0.1:8000", "localhost:1", "LOCALHOST", "localhost.", "[::1]", "[::1]:8000"]
)
async def test_names_of_this_machine(app: App, host: str) -> None:
    assert (await ask(app, host)).status_code == 200


REBOUND = [
    "evil.example", "evil.example:8000", "127.0.0.1.evil.example", "localhost.evil.example",
    "evil.example#localhost", "localhost@evil.example", "127.0.0.1@evil.example:80", "127.0.0.1,evil.example",
    "0.0.0.0", "169.254.169.254", "2130706433", "0x7f.1", "[::]", "[::ffff:1.2.3.4]", "[", "]", "[::1", "", " ",
    "\xfc.example",
]  # fmt: skip


async def test_foreign_names_are_refused(app: App) -> None:
    for host in REBOUND:
        client = app.from_address()
        for path in ("/datasets", "/health", "http://127.0.0.1/", "http://127.0.0.1/assets/x.js"):
            response = await client.get(path, headers={"host": host.encode("latin-1")})
            problem_of(response, 403, "HOST_NOT_ALLOWED")


async def test_allowed_names_need_the_token_also_from_this_machine(
    app: App, guarded: App, make_app: MakeApp
) -> None:
    problem_of(await ask(app, PUBLIC), 403, "HOST_NOT_ALLOWED")
    problem_of(await ask(guarded, PUBLIC), 401, "UNAUTHORIZED")
    for host in (PUBLIC, f"{PUBLIC}:443", PUBLIC.upper(), "lab.example", "lab.example:8443"):
        assert (await ask(guarded, host, **BEARER)).status_code == 200
    problem_of(await ask(guarded, f"other.{PUBLIC}", **BEARER), 403, "HOST_NOT_ALLOWED")


async def test_an_allowed_name_without_a_token_opens_nothing(make_app: MakeApp) -> None:
    app = await make_app({"MISTUDIO_ALLOWED_HOSTS": PUBLIC})
    problem_of(await ask(app, PUBLIC), 401, "UNAUTHORIZED")
    assert (await ask(app, "localhost")).status_code == 200


@pytest.mark.parametrize(
    "host", ["a" * 100_000, "[" * 1000, "\x00", "a:b:c", "%00", "http://x", "//x", "\\\\x", "?"]
)
def test_no_host_breaks_the_parser(host: str) -> None:
    assert host_name(host) not in ("localhost", "127.0.0.1", "::1")


# --- from which page ----------------------------------------------------------------------------------------

OWN = ["http://localhost:8000", "http://localhost:5173", "http://127.0.0.1:5173", "https://LOCALHOST"]
FOREIGN = [
    "https://evil.example", "null", "", "file://", "http://", "http://localhost.evil.example", "http://[", "http://[::",
    "chrome-extension://abc", "localhost:8000", "javascript://localhost", "http://localhost@evil.example", "\xfc",
]  # fmt: skip


async def test_changes_come_from_our_own_page(app: App) -> None:
    for origin in OWN:
        assert (await ask(app, "localhost:8000", method="POST", origin=origin)).status_code == 202
    before = await app.sql("SELECT count(*) FROM jobs")
    for origin in FOREIGN:
        client = app.from_address(host="localhost")
        response = await client.post("/datasets/demo", headers={"origin": origin.encode("latin-1")})
        problem_of(response, 403, "ORIGIN_NOT_ALLOWED")
    for site in ("cross-site", "same-site"):
        problem_of(await ask(app, "localhost", method="POST", sec_fetch_site=site), 403, "ORIGIN_NOT_ALLOWED")
    assert await app.sql("SELECT count(*) FROM jobs") == before


async def test_a_page_on_this_machine_may_not_speak_to_the_public_name(guarded: App) -> None:
    for origin in (f"https://{PUBLIC}", "https://lab.example:8443"):
        response = await ask(guarded, PUBLIC, method="POST", origin=origin, **BEARER)
        assert response.status_code == 202
    response = await ask(guarded, PUBLIC, method="POST", origin="http://localhost:5173", **BEARER)
    problem_of(response, 403, "ORIGIN_NOT_ALLOWED")


async def test_no_other_origin_is_let_to_read(app: App) -> None:
    for method in ("GET", "OPTIONS"):
        response = await app.client.request(
            method, "/datasets", headers={"origin": "https://evil.example", "access-control-request-method": "GET"}
        )
        assert not [name for name in response.headers if name.startswith("access-control")]
        assert response.headers["cross-origin-resource-policy"] == "same-origin"


# --- with the token -----------------------------------------------------------------------------------------

GUARDED = ["/api/v1/datasets", "/api/v1/jobs", "/api/v1/settings", "/api/v1/storage", "/api/v1/metrics", "/metrics",
           "/openapi.json", "/api/v1/uploads/x", "/api/v1/none", "/api/", "/socket.io/?EIO=4&transport=websocket",
           "/socket.io/?EIO=4&transport=polling"]  # fmt: skip
WRONG = [
    {}, {"authorization": ""}, {"authorization": "Bearer"}, {"authorization": "Bearer wrong"},
    {"authorization": f"Basic {TOKEN}"}, {"authorization": TOKEN}, {"cookie": f"mistudio_session={TOKEN}"},
    {"cookie": "mistudio_session=9999999999.a.b"}, {"x-api-token": TOKEN}, {"authorization": "Bearer \xfc"},
]  # fmt: skip


async def test_everything_but_health_asks_for_the_token(guarded: App) -> None:
    for i, path in enumerate(GUARDED):
        for headers in WRONG:
            client = guarded.from_address(f"127.0.1.{i}")
            encoded = {name: value.encode("latin-1") for name, value in headers.items()}
            problem_of(await client.get(f"http://127.0.0.1{path}", headers=encoded), 401, "UNAUTHORIZED")
    for path in ("/health", "/ready", "/session", "http://127.0.0.1/", "http://127.0.0.1/docs"):
        assert (await guarded.client.get(path)).status_code in (200, 503)
    for path in ("/api/v1/datasets", "/metrics", "/openapi.json"):
        assert (await guarded.client.get(f"http://127.0.0.1{path}", headers=BEARER)).status_code == 200


async def test_the_token_in_an_address_does_not_count(guarded: App) -> None:
    problem_of(await guarded.client.get(f"/datasets?token={TOKEN}&access_token={TOKEN}"), 401, "UNAUTHORIZED")


# --- what every answer carries ------------------------------------------------------------------------------


async def test_headers_of_every_answer(guarded: App) -> None:
    answers = [
        await guarded.client.get("/datasets", headers=BEARER),
        await guarded.client.get("/datasets"),
        await guarded.client.get("/none", headers=BEARER),
        await guarded.client.get("http://127.0.0.1/docs"),
        await guarded.client.get("http://127.0.0.1/"),
        await guarded.client.get("/health", headers={"host": "evil.example"}),
    ]
    for response in answers:
        assert response.headers["content-security-policy"] == CONTENT_SECURITY_POLICY
        assert response.headers["x-content-type-options"] == "nosniff"
        assert response.headers["x-frame-options"] == "DENY"
        assert response.headers["referrer-policy"] == "same-origin"
        assert len(response.headers["x-request-id"]) == 32
        assert "server" not in response.headers
        if response.url.path.startswith("/api/"):
            assert response.headers["cache-control"] == "no-store"
    assert len({response.headers["x-request-id"] for response in answers}) == len(answers)


def test_scripts_come_from_our_own_origin_alone() -> None:
    policy = dict(part.strip().split(" ", 1) for part in CONTENT_SECURITY_POLICY.split(";"))
    assert policy["default-src"] == policy["script-src"] == "'self'"
    assert policy["frame-ancestors"] == policy["object-src"] == policy["base-uri"] == "'none'"
