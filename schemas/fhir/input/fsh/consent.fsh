// What a person consents to. gateway/consent/profile.py refuses more than a profile can say: see docs/consent.md.

Profile: Samtycke
Parent: Consent
Id: samtycke
Title: "Consent"
Description: "Whom, what for, and which parts: as IHE Privacy Consent on FHIR writes it."
* identifier ^example[0].valueIdentifier.value = "urn:uuid:6b4ab8d0-2f0a-4c5e-9f5c-0d1f2b3a4c5d"
* scope = $consent-scope#patient-privacy
* category ^slicing.discriminator.type = #pattern
* category ^slicing.discriminator.path = "$this"
* category ^slicing.rules = #open
* category contains samtycke 1..1
* category[samtycke] = $loinc#59284-0
* patient 1..1
  * identifier 1..1
    * system 1..1
    * value 1..1
* dateTime 1..1
* performer 1..*
* organization 1..*
* source[x] 1..1
* policy 1..*
  * uri 1..1
* policyRule 0..0
* verification 0..0
* provision 1..1
  * actor.role from mottagarroll (required)
  * class from informationsmangd (required)
  * code 0..0
  * provision.actor.role from mottagarroll (required)
  * provision.class from informationsmangd (required)
  * provision.code 0..0
  * provision.provision 0..0
