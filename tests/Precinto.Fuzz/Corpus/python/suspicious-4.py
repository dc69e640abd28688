KEY = '''Bearer hf_aBcDeFgHiJ2kLmNoPqRsTuVwXyZ4aBcDeF'''
