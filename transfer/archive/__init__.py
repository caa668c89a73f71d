"""A whole site in a ZIP file or a folder, and back: rows as lines of JSON, pictures as they are, a manifest.

`exporting.export_site` writes it and `restoring.restore_site` reads it, the same on each database: what is exported,
restored into an empty site and exported again is the same to the byte. Only what is content is in it; `tables` says
what is not, and why.
"""
