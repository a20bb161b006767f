"""/settings and /storage."""

from pathlib import Path

from mistudio.services.secrets import KEY_FILE, hub_token
from tests.app import App, MakeApp, problem_of
from tests.factories import insert_dataset, make_dataset, make_sample_tokenizer, make_tokenization

TOKEN = "hf_abcdefghijklmnopqrstuvwx1234"


async def put(app: App, token: object) -> dict[str, object]:
    response = await app.client.put("/settings", json={"hf_token": token})
    assert response.status_code == 200, response.text
    assert TOKEN not in response.text
    shown: dict[str, object] = response.json()
    return shown


async def test_what_is_shown(app: App) -> None:
    body = (await app.client.get("/settings")).json()
    assert (body["hf_token_source"], body["hf_token_hint"], body["needs_login"]) == ("none", None, False)
    assert body["local_tokenizers"] == []
    assert body["max_upload_bytes"] == app.settings.max_upload_bytes
    assert {"python", "datasets", "transformers", "tokenizers"} <= set(body["versions"])


async def test_a_hub_token_is_kept_and_never_shown(app: App) -> None:
    shown = await put(app, f" {TOKEN}\n")
    assert (shown["hf_token_source"], shown["hf_token_hint"]) == ("settings", TOKEN[-4:])
    async with app.sessions() as session:
        assert await hub_token(session, app.settings) == TOKEN
    [row] = await app.sql("SELECT secrets::text FROM installation")
    assert TOKEN not in row["secrets"]
    key = app.storage.root / KEY_FILE
    assert key.stat().st_mode & 0o777 == 0o600
    assert (await app.client.get("/settings")).json() == shown
    assert (await put(app, None))["hf_token_source"] == "settings"
    assert (await put(app, ""))["hf_token_source"] == "none"
    assert await app.sql("SELECT secrets FROM installation") == [{"secrets": {}}]


async def test_the_environment_gives_a_token_until_one_is_kept(make_app: MakeApp) -> None:
    app = await make_app({"HF_TOKEN": "hf_from_the_environment", "MISTUDIO_SECRET_KEY": "a key"})
    assert (await app.client.get("/settings")).json()["hf_token_source"] == "environment"
    assert (await put(app, TOKEN))["hf_token_source"] == "settings"
    assert not (app.storage.root / KEY_FILE).exists()
    async with app.sessions() as session:
        assert await hub_token(session, app.settings) == TOKEN


async def test_another_key_does_not_open_it(app: App, make_app: MakeApp) -> None:
    await put(app, TOKEN)
    other = await make_app({"MISTUDIO_SECRET_KEY": "another key"})
    body = (await other.client.get("/settings")).json()
    assert (body["hf_token_source"], body["hf_token_hint"]) == ("settings", None)


async def test_junk_is_refused(app: App) -> None:
    for token in ("a b", "a\nb", "a\0", "ü", "\u202e", "x" * 201, 5, ["a"], {"a": 1}, True):
        response = await app.client.put("/settings", json={"hf_token": token})
        problem_of(response, 422, "INVALID_REQUEST")
    for body in ({"more": 1}, {"HF_TOKEN": "x"}, {"data_dir": "/etc"}, {"hf_endpoint": "http://127.0.0.1"}, []):
        problem_of(await app.client.put("/settings", json=body), 422, "INVALID_REQUEST")
    assert await app.sql("SELECT secrets FROM installation") == [{"secrets": {}}]


async def test_local_tokenizers_are_listed(make_app: MakeApp, tmp_path: Path) -> None:
    for name in ("mine", "other", ".hidden"):
        (tmp_path / "tokenizers" / name).mkdir(parents=True)
    (tmp_path / "tokenizers" / "file").touch()
    app = await make_app({"MISTUDIO_TOKENIZER_DIR": str(tmp_path / "tokenizers")})
    make_sample_tokenizer(app.storage)
    body = (await app.client.get("/settings")).json()
    assert body["local_tokenizers"] == ["local:demo", "local:mine", "local:other"]
    missing = await make_app({"MISTUDIO_TOKENIZER_DIR": str(tmp_path / "none")})
    assert (await missing.client.get("/settings")).json()["local_tokenizers"] == ["local:demo"]


async def test_storage(app: App) -> None:
    empty = (await app.client.get("/storage")).json()
    assert (empty["entries"], empty["used_bytes"]) == ([], 0)
    dataset_id = await make_dataset(app.sessions, app.storage, name="cats")
    await make_tokenization(app.sessions, app.storage, dataset_id)
    await insert_dataset(app.sessions, name="without data")
    await app.client.post("/uploads", headers={"upload-length": "10"})
    orphan = app.storage.root / "datasets" / "raw" / "00000000-0000-4000-8000-000000000000"
    orphan.mkdir()
    (orphan / "data").write_bytes(b"x" * 10**6)
    body = (await app.client.get("/storage")).json()
    entries = {(entry["kind"], entry["name"]): entry for entry in body["entries"]}
    assert set(entries) == {
        ("raw", None), ("raw", "cats"), ("tokenized", "cats"), ("tokenizers", None), ("uploads", None)
    }  # fmt: skip
    assert entries["raw", "cats"]["dataset_id"] == str(dataset_id)
    assert entries["raw", None]["dataset_id"] is None
    assert body["entries"][0]["size_bytes"] == 10**6
    assert body["used_bytes"] == sum(entry["size_bytes"] for entry in body["entries"])
    assert body["reclaimable_bytes"] == entries["uploads", None]["size_bytes"]
    assert 0 < body["disk_free_bytes"] < body["disk_total_bytes"]
    assert body["data_dir"] == str(app.storage.root)
