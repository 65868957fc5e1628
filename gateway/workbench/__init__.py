"""What an integration engineer asks of mappings: what becomes of this, why not of that, what changes if I edit it."""
