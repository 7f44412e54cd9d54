-- Loads the file that STATISTICS names.
\set content `cat "$STATISTICS"`
SELECT perfcheck_load_statistics('real', :'content');
