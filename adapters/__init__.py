"""One folder a recipient; each speaks one recipient's language and nothing more."""
