// The document that leaves: a Bundle, and the Composition that says what is in it.

Profile: Informationsmangd
Parent: Bundle
Id: informationsmangd
Title: "Information set"
Description: "The part of a certificate that one purpose needs, and no more: a document of R4."
* obeys sjuk-1 and sjuk-4 and sjuk-6 and sjuk-7 and sjuk-8
* meta.security 1..*
* identifier 1..1
* identifier.system 1..1
* identifier.system = $uri (exactly)
* identifier.value 1..1
* type = #document (exactly)
* timestamp 1..1
* total 0..0
* link 0..0
* entry 2..*
  * fullUrl 1..1
  * resource 1..1
  * search 0..0
  * request 0..0
  * response 0..0
* entry ^slicing.discriminator.type = #type
* entry ^slicing.discriminator.path = "resource"
* entry ^slicing.rules = #open
* entry contains dokument 1..1 and patient 1..1
* entry[dokument].resource only Dokument
* entry[patient].resource only Patienten

Profile: Dokument
Parent: Composition
Id: dokument
Title: "Document"
Description: "What a set holds, section by section. A section that may not leave stands empty, with the reason."
* obeys sjuk-10
* language 1..1
* text 1..1
* identifier 1..1
* identifier.system 1..1
* identifier.system = $uri (exactly)
* identifier.value 1..1
* status = #final (exactly)
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
* author only Reference(Medarbetaruppdrag or Vardgivare)
* confidentiality 1..1
* confidentiality = #R (exactly)
* attester 0..1
* custodian 1..1
* custodian only Reference(Vardgivare)
* event 0..1
  * period 1..1
    * start 1..1
    * end 1..1
* section 1..*
  * title 1..1
  * code 1..1
  * code from sektion (required)
  * text 1..1
  * author 0..0
  * focus 0..0
  * section 0..0
