// Whom a set is about, and who says it. All come from HL7 Sweden's base profiles.

Profile: Patienten
Parent: $SEBasePatient
Id: patient
Title: "Patient"
Description: "The person on sick leave, by personnummer or samordningsnummer. Names may be missing: identities are protected."
* identifier 1..1
  * system 1..1
  * value 1..1
* identifier[personnummer].value obeys sjuk-11
* identifier[samordningsnummer].value obeys sjuk-11
* link 0..0
* contact 0..0

Profile: Utfardare
Parent: $SEBasePractitioner
Id: utfardare
Title: "Practitioner who signs"
Description: "Who signed the certificate."
* identifier 1..*
  * system 1..1
  * value 1..1
// Whoever signs may have a protected identity, and is sent without a name then.
* name 0..1
  * text 1..1

Profile: Medarbetaruppdrag
Parent: $SEBasePractitionerRole
Id: medarbetaruppdrag
Title: "Practitioner in service"
Description: "Who signed, where, and as what."
* identifier 1..*
  * system 1..1
  * value 1..1
* practitioner 1..1
* practitioner only Reference(Utfardare)
* organization 1..1
* organization only Reference(Vardenhet)
// The base slices by system and does not say which.
* code.coding[sosnyk].system = "urn:oid:1.2.752.116.1.3.6"
* code.coding[skr-yrke].system = $sct
* code.coding[hsa-befattning].system = "urn:oid:1.2.759.129.2.2.1.4"
* specialty.coding[sosnyk].system = "urn:oid:1.2.752.116.1.3.6"
* specialty.coding[skr-yrke].system = $sct

Profile: Vardenhet
Parent: $SEBaseOrganization
Id: vardenhet
Title: "Care unit"
Description: "Where it was signed."
* identifier 1..*
  * system 1..1
  * value 1..1
* name 1..1
* partOf 1..1
* partOf only Reference(Vardgivare)

Profile: Vardgivare
Parent: $SEBaseOrganization
Id: vardgivare
Title: "Care provider"
Description: "Who is responsible for the unit, and keeps the record."
* identifier 1..1
  * system 1..1
  * value 1..1
* name 1..1
* partOf 0..0

Extension: OriginaletsUnderskrift
Id: originalets-underskrift
Title: "Signature of the original"
Description: "Whether the certificate is as it was when it was signed. The signature itself stays with the original."
* ^context.type = #element
* ^context.expression = "Provenance.entity"
* value[x] 1..1
* value[x] only code
* valueCode from underskrift (required)

Profile: Ursprung
Parent: Provenance
Id: ursprung
Title: "Where a set came from"
Description: "The certificate that the set is made from, who signed it, and what made the set of it."
* target 1..1
* target only Reference(Dokument)
* recorded 1..1
* activity 1..1
* agent 1..*
  * type 1..1
* entity 1..*
  * role = #source (exactly)
  * extension contains OriginaletsUnderskrift named underskrift 0..1
