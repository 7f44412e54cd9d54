-- The canonical events, with the indexes that they have.
SELECT perfcheck_create_events();
