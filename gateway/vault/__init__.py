"""The vault: what is kept is sealed, each person's under keys of their own, and found by keyed hash.

key-encryption key              a file, or a key service; never in the database
 ├─ data keys, of one person    wrapped, in the database: destroying them erases the person
 │   └─ values                  AES-256-GCM, bound to table, column and row
 └─ index key                   wrapped, in the database: HMAC-SHA-256, apart for each column
"""
