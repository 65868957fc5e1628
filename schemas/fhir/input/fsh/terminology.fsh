// The code systems stand in compiled/, made from mappings/ by conformance/vocabulary.py.

ValueSet: InformationsmangdKoder
Id: informationsmangd
Title: "Information sets"
Description: "The names of the sets."
* include codes from system $informationsmangd

ValueSet: SektionKoder
Id: sektion
Title: "Sections"
Description: "The sections of a set."
* include codes from system $sektion

ValueSet: AndamalKoder
Id: andamal
Title: "Purposes"
Description: "What sets are for."
* include codes from system $andamal

ValueSet: ArendeKoder
Id: arende
Title: "Errands"
Description: "What a recipient may be asked to do."
* include codes from system $arende

ValueSet: FelKoder
Id: fel
Title: "Errors"
Description: "What went wrong."
* include codes from system $fel

ValueSet: GrundKoder
Id: grund-for-medicinskt-underlag
Title: "Basis of a certificate (KV_FKMU_0001)"
Description: "What a certificate can be based on."
* include codes from system https://example.org/fhir/sjukskrivning/CodeSystem/KV_FKMU_0001

ValueSet: SysselsattningKoder
Id: sysselsattning
Title: "Occupation (KV_FKMU_0002)"
Description: "What the ability to work can be judged against."
* include codes from system https://example.org/fhir/sjukskrivning/CodeSystem/KV_FKMU_0002

ValueSet: PrognosKoder
Id: prognos
Title: "Prognosis"
Description: "How it may go: to Försäkringskassan and employers (KV_FKMU_0006), and to Arbetsförmedlingen."
* include codes from system https://example.org/fhir/sjukskrivning/CodeSystem/KV_FKMU_0006
* include codes from system urn:oid:1.2.752.129.5.1.3

ValueSet: UnderlagKoder
Id: andra-medicinska-underlag
Title: "Other medical grounds (KV_FKMU_0005)"
Description: "What else a certificate can rest on."
* include codes from system https://example.org/fhir/sjukskrivning/CodeSystem/KV_FKMU_0005

ValueSet: Mottagarroll
Id: mottagarroll
Title: "Recipient's role"
Description: "What an actor of a consent is: one that information goes to."
* $participation#IRCP
* $participation#PRCP

ValueSet: Underskrift
Id: underskrift
Title: "Signature of a certificate"
Description: "What the gateway can say of it."
* include codes from system https://example.org/fhir/sjukskrivning/CodeSystem/underskrift
