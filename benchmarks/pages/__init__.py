"""What addresses cost that browsers and feed readers ask for, beside a kept answer of the API."""
