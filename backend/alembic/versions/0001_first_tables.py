"""datasets, tokenizations, jobs with their guard, job events, installation"""

from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

TABLES = """
CREATE TABLE installation (
    id varchar CONSTRAINT pk_installation PRIMARY KEY,
    secrets jsonb NOT NULL DEFAULT '{}',
    created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE datasets (
    id uuid CONSTRAINT pk_datasets PRIMARY KEY,
    name varchar(255) NOT NULL,
    source varchar(20) NOT NULL CHECK (source IN ('HUGGINGFACE', 'LOCAL')),
    status varchar(20) NOT NULL CHECK (
        status IN ('PENDING', 'DOWNLOADING', 'PROCESSING', 'DOWNLOADED', 'TOKENIZED', 'ERROR')),
    num_samples bigint,
    num_features bigint,
    raw_path varchar,
    tokenized_path varchar,
    metadata jsonb NOT NULL DEFAULT '{}',
    error jsonb,
    deleted_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now()
);
CREATE UNIQUE INDEX uq_datasets_name ON datasets (name) WHERE deleted_at IS NULL;
CREATE INDEX ix_datasets_metadata ON datasets USING gin (metadata);
CREATE INDEX ix_datasets_name_trgm ON datasets USING gin (name gin_trgm_ops);
CREATE INDEX ix_datasets_created_at_id ON datasets (created_at, id);
CREATE INDEX ix_datasets_updated_at_id ON datasets (updated_at, id);
CREATE INDEX ix_datasets_num_samples_id ON datasets (num_samples, id);

CREATE TABLE tokenizations (
    id uuid CONSTRAINT pk_tokenizations PRIMARY KEY,
    dataset_id uuid NOT NULL CONSTRAINT fk_tokenizations_dataset_id REFERENCES datasets ON DELETE CASCADE,
    status varchar(20) NOT NULL CHECK (status IN ('QUEUED', 'RUNNING', 'READY', 'ERROR', 'DELETING')),
    config jsonb NOT NULL,
    params_hash varchar(64) NOT NULL,
    fingerprint varchar(64),
    path varchar,
    size_bytes bigint,
    num_samples bigint,
    num_tokens bigint,
    result jsonb,
    statistics jsonb,
    error jsonb,
    created_at timestamptz NOT NULL DEFAULT now(),
    finished_at timestamptz,
    CHECK (status <> 'READY' OR (path IS NOT NULL AND fingerprint IS NOT NULL AND statistics IS NOT NULL))
);
CREATE UNIQUE INDEX uq_tokenizations_dataset_id_params_hash ON tokenizations (dataset_id, params_hash)
    WHERE status <> 'DELETING';
CREATE UNIQUE INDEX uq_tokenizations_fingerprint ON tokenizations (dataset_id, fingerprint)
    WHERE status = 'READY';

CREATE TABLE jobs (
    id uuid CONSTRAINT pk_jobs PRIMARY KEY,
    kind varchar(20) NOT NULL,
    queue varchar(20) NOT NULL,
    priority smallint NOT NULL DEFAULT 7 CHECK (priority BETWEEN 0 AND 10),
    dataset_id uuid CONSTRAINT fk_jobs_dataset_id REFERENCES datasets ON DELETE SET NULL,
    tokenization_id uuid CONSTRAINT fk_jobs_tokenization_id REFERENCES tokenizations ON DELETE SET NULL,
    dataset_name varchar(255),
    subject varchar(150),
    params jsonb NOT NULL DEFAULT '{}',
    params_hash varchar(64) NOT NULL,
    state varchar(12) NOT NULL DEFAULT 'queued' CHECK (
        state IN ('queued', 'running', 'retrying', 'cancelling', 'succeeded', 'failed', 'cancelled')),
    attempt integer NOT NULL DEFAULT 0,
    crashes integer NOT NULL DEFAULT 0,
    lost_leases integer NOT NULL DEFAULT 0,
    failures integer NOT NULL DEFAULT 0,
    fence bigint NOT NULL DEFAULT 0,
    seq bigint NOT NULL DEFAULT 0,
    lease_owner varchar(200),
    lease_until timestamptz,
    run_at timestamptz NOT NULL DEFAULT now(),
    dispatched_at timestamptz,
    cancel_requested_at timestamptz,
    stage varchar(40),
    progress double precision,
    done bigint,
    total bigint,
    unit varchar(20),
    rate double precision,
    message varchar,
    error_code varchar(40),
    error_detail varchar,
    error_extra jsonb,
    result jsonb,
    created_at timestamptz NOT NULL DEFAULT now(),
    started_at timestamptz,
    finished_at timestamptz,
    CHECK (state <> 'failed' OR error_code IS NOT NULL),
    CHECK ((state IN ('succeeded', 'failed', 'cancelled')) = (finished_at IS NOT NULL))
);
CREATE UNIQUE INDEX uq_jobs_active_subject ON jobs (subject)
    WHERE state IN ('queued', 'running', 'retrying', 'cancelling');
CREATE INDEX ix_jobs_active ON jobs (state, run_at)
    WHERE state IN ('queued', 'running', 'retrying', 'cancelling');
CREATE INDEX ix_jobs_created_at_id ON jobs (created_at, id);
CREATE INDEX ix_jobs_dataset_id_created_at ON jobs (dataset_id, created_at);
CREATE INDEX ix_jobs_tokenization_id ON jobs (tokenization_id);

CREATE TABLE job_events (
    id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_job_events PRIMARY KEY,
    job_id uuid NOT NULL CONSTRAINT fk_job_events_job_id REFERENCES jobs ON DELETE CASCADE,
    at timestamptz NOT NULL DEFAULT clock_timestamp(),
    level varchar(10) NOT NULL DEFAULT 'info',
    event varchar NOT NULL,
    fields jsonb NOT NULL DEFAULT '{}'
);
CREATE INDEX ix_job_events_job_id_id ON job_events (job_id, id);
"""

# The state machine, where no program can get around it.
GUARD = """
CREATE FUNCTION guard_job() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.state <> 'queued' THEN
            RAISE EXCEPTION 'a job starts queued, not %', NEW.state USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF OLD.state IN ('succeeded', 'failed', 'cancelled') THEN
        -- What a finished job says is kept for good; only its links may be emptied when their rows go.
        IF (to_jsonb(NEW) - '{dataset_id,tokenization_id}'::text[])
           <> (to_jsonb(OLD) - '{dataset_id,tokenization_id}'::text[]) THEN
            RAISE EXCEPTION 'job % has ended as %', OLD.id, OLD.state USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF NEW.state <> OLD.state AND (OLD.state, NEW.state) NOT IN (
        ('queued', 'running'), ('queued', 'cancelled'), ('queued', 'failed'),
        ('running', 'succeeded'), ('running', 'failed'), ('running', 'retrying'), ('running', 'cancelling'),
        ('retrying', 'running'), ('retrying', 'cancelled'), ('retrying', 'failed'),
        ('cancelling', 'cancelled'), ('cancelling', 'succeeded'), ('cancelling', 'failed')
    ) THEN
        RAISE EXCEPTION 'a job does not go from % to %', OLD.state, NEW.state USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.fence < OLD.fence OR (NEW.state = 'running' AND OLD.state <> 'running' AND NEW.fence = OLD.fence) THEN
        RAISE EXCEPTION 'the fence of job % must rise', OLD.id USING ERRCODE = 'check_violation';
    END IF;
    NEW.seq := OLD.seq + 1;
    RETURN NEW;
END $$;
CREATE TRIGGER jobs_guard BEFORE INSERT OR UPDATE ON jobs FOR EACH ROW EXECUTE FUNCTION guard_job();

CREATE FUNCTION record_job() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO job_events (job_id, event) VALUES (NEW.id, 'queued');
    ELSIF NEW.state <> OLD.state THEN
        INSERT INTO job_events (job_id, level, event, fields) VALUES (
            NEW.id,
            CASE WHEN NEW.state = 'failed' THEN 'error' WHEN NEW.state = 'retrying' THEN 'warning' ELSE 'info' END,
            NEW.state,
            jsonb_strip_nulls(jsonb_build_object(
                'attempt', NEW.attempt, 'worker', NEW.lease_owner, 'message', NEW.message,
                'code', NEW.error_code, 'detail', NEW.error_detail)));
    ELSIF NEW.stage IS DISTINCT FROM OLD.stage AND NEW.stage IS NOT NULL THEN
        INSERT INTO job_events (job_id, event, fields) VALUES (
            NEW.id, 'stage', jsonb_strip_nulls(jsonb_build_object(
                'stage', NEW.stage, 'total', NEW.total, 'unit', NEW.unit)));
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER jobs_record AFTER INSERT OR UPDATE ON jobs FOR EACH ROW EXECUTE FUNCTION record_job();
"""


def upgrade() -> None:
    op.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    for script in (TABLES, GUARD):
        for statement in _statements(script):
            op.execute(statement)


def downgrade() -> None:
    op.execute("DROP TABLE job_events, jobs, tokenizations, datasets, installation")
    op.execute("DROP FUNCTION guard_job(), record_job()")


def _statements(script: str) -> list[str]:
    """asyncpg takes one statement at a time; bodies between $$ stay whole."""
    parts: list[str] = []
    for i, piece in enumerate(script.split("$$")):
        chunks = [piece] if i % 2 else piece.split(";")
        joined = f"$${chunks[0]}$$" if i % 2 else chunks[0]
        parts = [*parts[:-1], parts[-1] + joined] if parts else [joined]
        parts += chunks[1:]
    return [part for part in parts if part.strip()]
