print("brasa")
