exec€b64decode('''a'''))
x = "b" # c
