go test fuzz v1
[]byte("")
[]byte("d·\x0eͬ\xb1\x87-\xef*4n\x94\x83F\xc9")
