exec(b64decode('''a'''))
x ÿ "b" # c
