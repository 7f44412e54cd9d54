-- The eight canonical indexes; seed.sh compares them with perfcheck's own.
ALTER TABLE events ADD PRIMARY KEY (id);
CREATE UNIQUE INDEX venue_date_idx ON events (venue, date);
CREATE INDEX date_idx ON events (date);
CREATE INDEX genre_idx ON events (genre);
CREATE INDEX artist_date_idx ON events (artist, date);
CREATE INDEX source_platform_idx ON events (source_platform, source_id);
CREATE INDEX idx_events_artist_trgm ON events USING gin (artist gin_trgm_ops);
CREATE INDEX idx_events_name_trgm ON events USING gin (name gin_trgm_ops);
