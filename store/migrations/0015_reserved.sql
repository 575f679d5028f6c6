-- min_program: 5
-- Nothing changes here.
SELECT 1;
