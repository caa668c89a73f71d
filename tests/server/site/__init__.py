"""The site's pages, asked for as browsers do, without one."""
