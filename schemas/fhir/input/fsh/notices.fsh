// What tells a reader that a set it has got no longer holds. It says nothing of what the set said.

Profile: Underrattelse
Parent: Bundle
Id: underrattelse
Title: "Notice"
Description: "That a set which its reader has got was entered in error: a document of R4, without sections."
* obeys sjuk-8
* meta.security 1..*
* identifier 1..1
* identifier.system 1..1
* identifier.system = $uri (exactly)
* identifier.value 1..1
* type = #document (exactly)
* timestamp 1..1
* total 0..0
* link 0..0
* entry 3..3
  * fullUrl 1..1
  * resource 1..1
  * search 0..0
  * request 0..0
  * response 0..0
* entry ^slicing.discriminator.type = #type
* entry ^slicing.discriminator.path = "resource"
* entry ^slicing.rules = #closed
* entry contains dokument 1..1 and patient 1..1 and vardgivare 1..1
* entry[dokument].resource only Underrattelsedokument
* entry[patient].resource only Patienten
* entry[vardgivare].resource only Vardgivare

Profile: Underrattelsedokument
Parent: Composition
Id: underrattelsedokument
Title: "Document of a notice"
Description: "The document that its reader has got, under its own identifier, as entered in error; what of it was sent is named."
* language 1..1
* text 1..1
* identifier 1..1
* identifier.system 1..1
* identifier.system = $uri (exactly)
* identifier.value 1..1
* status = #entered-in-error (exactly)
* type.coding ^slicing.discriminator.type = #value
* type.coding ^slicing.discriminator.path = "system"
* type.coding ^slicing.rules = #closed
* type.coding contains intygstyp 1..1 and informationsmangd 1..1
* type.coding[intygstyp].system 1..1
* type.coding[intygstyp].system = $intygstyp (exactly)
* type.coding[intygstyp].code 1..1
* type.coding[informationsmangd] from informationsmangd (required)
* type.coding[informationsmangd].system 1..1
* type.coding[informationsmangd].system = $informationsmangd (exactly)
* type.coding[informationsmangd].code 1..1
* category 0..0
* subject 1..1
* subject only Reference(Patienten)
* encounter 0..0
* author 1..1
* author only Reference(Vardgivare)
* confidentiality 1..1
* confidentiality = #R (exactly)
* attester 0..0
* custodian 1..1
* custodian only Reference(Vardgivare)
* relatesTo 1..*
  * code = #replaces (exactly)
  * target[x] only Identifier
  * targetIdentifier.system 1..1
  * targetIdentifier.system = $uri (exactly)
  * targetIdentifier.value 1..1
* event 0..0
* section 0..0
