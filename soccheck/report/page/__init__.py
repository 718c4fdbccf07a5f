"""The page in HTML: its pictures, its template, its style and its script."""
