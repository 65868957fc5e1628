"""R4 at the border: what can be searched, what can go wrong, and what this server says of itself."""
