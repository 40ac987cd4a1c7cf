-- The demo's users, as the course's seed script makes them.
CREATE TABLE users (
  uuid uuid DEFAULT gen_random_uuid() PRIMARY KEY,
  display_name text NOT NULL,
  handle text NOT NULL,
  email text NOT NULL
);
INSERT INTO users (display_name, handle, email) VALUES
  ('Andrew Brown', 'andrewbrown', 'andrew@exampro.co'),
  ('Andrew Bayko', 'bayko', 'bayko@exampro.co'),
  ('Londo Mollari', 'londo', 'lmollari@centari.com');
