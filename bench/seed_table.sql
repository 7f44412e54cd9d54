-- The canonical table as perfcheck_create_events() makes it, without indexes.
CREATE TABLE events (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    name text NOT NULL,
    artist text NOT NULL,
    venue text NOT NULL,
    date timestamptz NOT NULL,
    time text,
    genre text NOT NULL,
    ticket_sources jsonb NOT NULL,
    price text,
    source_id text NOT NULL,
    source_platform text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now()
);
