// Diagnoses, treatment, measures, and what the doctor asks of an agency.

Extension: Diagnosordning
Id: diagnosordning
Title: "Order of diagnoses"
Description: "The place of a diagnosis in the certificate: 1 is the one that reduces the ability to work the most."
* ^context.type = #element
* ^context.expression = "Condition"
* value[x] 1..1
* value[x] only positiveInt

Profile: Diagnos
Parent: Condition
Id: diagnos
Title: "Diagnosis"
Description: "A diagnosis that reduces the ability to work."
* extension contains Diagnosordning named ordning 1..1
* clinicalStatus 1..1
* category 1..1
* code 1..1
* subject only Reference(Patienten)
* asserter 0..1
* asserter only Reference(Medarbetaruppdrag)
* encounter 0..0
* stage 0..0
* evidence 0..0

Profile: Behandling
Parent: CarePlan
Id: behandling
Title: "Treatment"
Description: "What treatment is under way, and what is planned."
* intent = #plan (exactly)
* category 1..*
* subject only Reference(Patienten)
* author only Reference(Medarbetaruppdrag)
* activity 1..*
  * reference 0..0
  * detail 1..1
    * description 1..1
* addresses 0..0

Profile: Atgard
Parent: ServiceRequest
Id: atgard
Title: "Measure toward work"
Description: "What would help the person back to work, as the doctor proposes it."
* intent = #proposal (exactly)
* code 1..1
* subject only Reference(Patienten)
* requester only Reference(Medarbetaruppdrag)
* reasonCode 0..0
* reasonReference 0..0
* supportingInfo 0..0

Profile: Arende
Parent: Task
Id: arende
Title: "Errand"
Description: "What the doctor asks the recipient to do."
* intent = #proposal (exactly)
* code 1..1
* code from arende (required)
* focus only Reference(Dokument)
* for 1..1
* for only Reference(Patienten)
* requester only Reference(Medarbetaruppdrag)

Profile: Underlag
Parent: DocumentReference
Id: underlag
Title: "Other medical ground"
Description: "An examination or a statement that the certificate also rests on: what it is, from when, and where to get it."
* type 1..1
* type from andra-medicinska-underlag (required)
* subject only Reference(Patienten)
* content 1..1
  * attachment.data 0..0
  * attachment.url 0..0
