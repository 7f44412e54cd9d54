-- What people type: as many rows, each value as likely as the next.
INSERT INTO events (id, source_platform, source_id, name, artist, genre, venue, date, price, ticket_sources, created_at, updated_at)
SELECT gen_random_uuid(), 'platform', 'source ' || i, 'event ' || i, 'artist ' || i % 500, (ARRAY['rock', 'pop', 'indie', 'metal', 'jazz'])[1 + i % 5], 'venue ' || i % 13,
    timestamptz '2026-01-01 00:00+00' + i * (interval '1 year' / :rows), '100 SEK', '[]', '2026-01-01 00:00+00', '2026-01-01 00:00+00'
FROM generate_series(1, :rows) AS i;
