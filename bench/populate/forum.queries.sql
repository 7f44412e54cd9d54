SELECT perfcheck_add_query(name, sql) FROM (VALUES
('member', 'SELECT handle, bio, karma FROM member WHERE id = $1'),
('by_handle', 'SELECT id, settings FROM member WHERE handle = $1'),
('threads_of_board', 'SELECT id, title, last_post_at FROM thread WHERE board_id = $1 ORDER BY last_post_at DESC LIMIT 25'),
('threads_before', 'SELECT id, title, last_post_at FROM thread WHERE board_id = $1 AND last_post_at < $2 ORDER BY last_post_at DESC LIMIT 25'),
('pinned', 'SELECT id, title FROM thread WHERE board_id = $1 AND pinned'),
('tagged', 'SELECT id, title FROM thread WHERE tags @> ARRAY[$1::text] ORDER BY last_post_at DESC LIMIT 25'),
('posts_of_thread', 'SELECT p.id, p.body, m.handle FROM post AS p JOIN member AS m ON m.id = p.author_id WHERE p.thread_id = $1 ORDER BY p.created_at LIMIT 50'),
('post_count', 'SELECT count(*) FROM post WHERE thread_id = $1'),
('posts_of_member', 'SELECT id, body FROM post WHERE author_id = $1 ORDER BY created_at DESC LIMIT 20'),
('answers', 'SELECT id, body FROM post WHERE parent_id = $1 ORDER BY id'),
('search_posts', 'SELECT id, body FROM post WHERE search @@ plainto_tsquery(''simple'', $1) ORDER BY created_at DESC LIMIT 20'),
('best_of_thread', 'SELECT id, score FROM post WHERE thread_id = $1 ORDER BY score DESC LIMIT 3'),
('reactions', 'SELECT kind, count(*) FROM reaction WHERE post_id = $1 GROUP BY kind'),
('reacted', 'SELECT r.post_id, p.thread_id FROM reaction AS r JOIN post AS p ON p.id = r.post_id WHERE r.member_id = $1 ORDER BY p.created_at DESC LIMIT 20'),
('board_authors', 'SELECT DISTINCT p.author_id FROM thread AS t JOIN post AS p ON p.thread_id = t.id WHERE t.board_id = $1 AND p.created_at > $2 LIMIT 100')
) AS q (name, sql);
