// What a certificate says of a person, question by question.

Profile: Uppgift
Parent: Observation
Id: uppgift
Title: "Answer"
Description: "One answer of a certificate. A set that tells less of it is an answer too."
* status = #final (exactly)
* category 1..*
* code.coding 1..*
* subject 1..1
* subject only Reference(Patienten)
* performer 0..1
* performer only Reference(Medarbetaruppdrag)
* partOf 0..0
* basedOn 0..0
* encounter 0..0
* value[x] 1..1
* dataAbsentReason 0..0
* interpretation 0..0
* bodySite 0..0
* method 0..0
* specimen 0..0
* device 0..0
* referenceRange 0..0
* hasMember 0..0

Profile: Grund
Parent: Uppgift
Id: grund
Title: "Basis"
Description: "What the certificate is based on, and when that was."
* code from grund-for-medicinskt-underlag (required)
* value[x] only dateTime
* component 0..0

Profile: Sysselsattning
Parent: Uppgift
Id: sysselsattning
Title: "Occupation"
Description: "What the ability to work is judged against."
* code = $loinc#11341-5
* value[x] only CodeableConcept
* valueCodeableConcept from sysselsattning (required)
* component 0..0

Profile: Funktion
Parent: Uppgift
Id: funktion
Title: "Impairment or activity limitation"
Description: "What the body or mind cannot do, or the person cannot do for it."
* value[x] only string or CodeableConcept
* component 0..0

Profile: Sjukskrivning
Parent: Uppgift
Id: sjukskrivning
Title: "Reduced ability to work"
Description: "How much the ability to work is reduced, and from when to when. One for each period."
* obeys sjuk-3
* code.coding ^slicing.discriminator[0].type = #value
* code.coding ^slicing.discriminator[0].path = "system"
* code.coding ^slicing.rules = #open
* code.coding contains nedsattning 1..1
* code.coding[nedsattning].system 1..1
* code.coding[nedsattning].system = $arbetsformaga (exactly)
* code.coding[nedsattning].code = #nedsattning (exactly)
* focus only Reference(Uppgift)
* effective[x] 1..1
* effective[x] only Period
* effectivePeriod.start 1..1
* effectivePeriod.end 1..1
* value[x] only Quantity
* valueQuantity obeys sjuk-12
* valueQuantity.value 1..1
* valueQuantity.comparator 0..0
* valueQuantity.system 1..1
* valueQuantity.system = $ucum (exactly)
* valueQuantity.code 1..1
* valueQuantity.code = #% (exactly)
* component 0..0

Profile: SjukskrivningFjardedelar
Parent: Sjukskrivning
Id: sjukskrivning-fjardedelar
Title: "Reduced ability to work, in quarters"
Description: "As Försäkringskassan counts it: a quarter, half, three quarters or all of it."
* valueQuantity obeys sjuk-2

Profile: Prognos
Parent: Uppgift
Id: prognos
Title: "Prognosis"
Description: "Whether the person will be back at work, and when."
* obeys sjuk-5
* code.coding = $arbetsformaga#prognos
* value[x] only CodeableConcept
* valueCodeableConcept from prognos (required)
* component 0..1
  * code = $arbetsformaga#tid-till-atergang
  * value[x] 1..1
  * value[x] only Quantity or CodeableConcept
