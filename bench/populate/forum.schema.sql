-- A forum: trees of posts, tags in arrays, documents, a search column.
CREATE TABLE member (
    id uuid PRIMARY KEY, handle text NOT NULL UNIQUE CHECK (handle = lower(handle)), email text NOT NULL UNIQUE,
    bio text, karma int NOT NULL DEFAULT 0, settings jsonb NOT NULL, joined_at timestamptz NOT NULL);
CREATE TABLE board (id int PRIMARY KEY, slug text NOT NULL UNIQUE, parent_id int REFERENCES board, title text NOT NULL);
CREATE TABLE thread (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, board_id int NOT NULL REFERENCES board, author_id uuid NOT NULL REFERENCES member,
    title text NOT NULL, tags text[] NOT NULL, pinned boolean NOT NULL, created_at timestamptz NOT NULL, last_post_at timestamptz NOT NULL,
    CHECK (last_post_at >= created_at));
CREATE TABLE post (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, thread_id bigint NOT NULL REFERENCES thread, author_id uuid NOT NULL REFERENCES member,
    parent_id bigint REFERENCES post, body text NOT NULL, meta jsonb, score int NOT NULL, created_at timestamptz NOT NULL,
    search tsvector GENERATED ALWAYS AS (to_tsvector('simple', body)) STORED);
CREATE TABLE reaction (post_id bigint REFERENCES post, member_id uuid REFERENCES member, kind text NOT NULL, PRIMARY KEY (post_id, member_id));
CREATE INDEX thread_board ON thread (board_id, last_post_at DESC);
CREATE INDEX thread_author ON thread (author_id);
CREATE INDEX thread_tags ON thread USING gin (tags);
CREATE INDEX post_thread ON post (thread_id, created_at);
CREATE INDEX post_author ON post (author_id, created_at DESC);
CREATE INDEX post_parent ON post (parent_id);
CREATE INDEX post_search ON post USING gin (search);
CREATE INDEX reaction_member ON reaction (member_id);
