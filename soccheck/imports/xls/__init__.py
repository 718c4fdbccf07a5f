"""The older binary spreadsheets, XLS of Excel 95 to 2003. [MS-XLS]."""
