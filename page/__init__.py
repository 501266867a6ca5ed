"""What the page shows, apart from its layout: examples, HTML fragments, one visitor's session."""
