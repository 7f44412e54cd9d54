SELECT perfcheck_seed(:rows, starts => timestamptz '2026-01-01 00:00+00');
