"""What frames the panels: toolbar, status line, docks, files, recovery."""
