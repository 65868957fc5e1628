// The systems that profiles name. Our own stand in gateway/systems.py too.

Alias: $arbetsformaga = https://example.org/fhir/sjukskrivning/CodeSystem/arbetsformaga
Alias: $arende = https://example.org/fhir/sjukskrivning/CodeSystem/arende
Alias: $andamal = https://example.org/fhir/sjukskrivning/CodeSystem/andamal
Alias: $informationsmangd = https://example.org/fhir/sjukskrivning/CodeSystem/informationsmangd
Alias: $sektion = https://example.org/fhir/sjukskrivning/CodeSystem/sektion
Alias: $fel = https://example.org/fhir/sjukskrivning/CodeSystem/fel
Alias: $intygstyp = urn:uuid:b64ea353-e8f6-4832-b563-fc7d46f29548
Alias: $uri = urn:ietf:rfc:3986
Alias: $hsa-id = urn:oid:1.2.752.29.4.19
Alias: $organisationsnummer = urn:oid:2.5.4.97
Alias: $hsa-befattning = urn:oid:1.2.752.129.2.2.1.4
Alias: $loinc = http://loinc.org
Alias: $ucum = http://unitsofmeasure.org
Alias: $sct = http://snomed.info/sct
Alias: $confidentiality = http://terminology.hl7.org/CodeSystem/v3-Confidentiality
Alias: $observation-value = http://terminology.hl7.org/CodeSystem/v3-ObservationValue
Alias: $participation = http://terminology.hl7.org/CodeSystem/v3-ParticipationType
Alias: $consent-scope = http://terminology.hl7.org/CodeSystem/consentscope
Alias: $SEBasePatient = http://hl7.se/fhir/ig/base/StructureDefinition/SEBasePatient
Alias: $SEBasePractitioner = http://hl7.se/fhir/ig/base/StructureDefinition/SEBasePractitioner
Alias: $SEBasePractitionerRole = http://hl7.se/fhir/ig/base/StructureDefinition/SEBasePractitionerRole
Alias: $SEBaseOrganization = http://hl7.se/fhir/ig/base/StructureDefinition/SEBaseOrganization
