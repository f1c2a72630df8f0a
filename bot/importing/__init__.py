"""Members, stations, meal sites, menus and activities from CSV or XLSX: all rows or none, with a report by row."""
