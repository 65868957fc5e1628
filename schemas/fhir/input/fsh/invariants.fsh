// What cardinalities and bindings cannot say. %resource is the Bundle where the Bundle obeys.

Invariant: sjuk-1
Description: "Periods that share an occupation do not overlap; two may share a day, as the official rules let them. One that ends before it begins overlaps none."
Severity: #error
Expression: "entry.resource.ofType(Observation).where(code.coding.exists(system = 'https://example.org/fhir/sjukskrivning/CodeSystem/arbetsformaga' and code = 'nedsattning') and effective.start <= effective.end).select(defineVariable('one', $this).select(%resource.entry.resource.ofType(Observation).where(code.coding.exists(system = 'https://example.org/fhir/sjukskrivning/CodeSystem/arbetsformaga' and code = 'nedsattning') and (focus.reference.intersect(%one.focus.reference).exists() or (focus.empty() and %one.focus.empty())) and effective.start <= effective.end and effective.start < %one.effective.end and effective.end > %one.effective.start).count() <= 1)).allTrue()"

Invariant: sjuk-2
Description: "A degree is a quarter, half, three quarters or all."
Severity: #error
Expression: "value in (25 | 50 | 75 | 100)"

Invariant: sjuk-3
Description: "A period ends no earlier than it begins."
Severity: #error
Expression: "effective.ofType(Period).all(start <= end)"

Invariant: sjuk-4
Description: "What a section refers to is in the document."
Severity: #error
Expression: "entry.resource.ofType(Composition).section.entry.reference.select(toString()).subsetOf(entry.fullUrl.select(toString()))"

Invariant: sjuk-5
Description: "A time to the return is told where the prognosis is that there is one."
Severity: #error
Expression: "value.ofType(CodeableConcept).coding.exists(code = 'ATER_X_ANTAL_MANADER' or code = 'ATER_X_ANTAL_DGR') implies component.exists()"

// A warning: AG7804's official rules let the patient say no in such a certificate too, and the no stands.
Invariant: sjuk-6
Description: "The diagnosis is not withheld where rules of infectious disease control keep the person from work."
Severity: #warning
Expression: "entry.resource.ofType(Observation).exists(code.coding.exists(code = 'smittskydd') and value = true) implies entry.resource.ofType(Composition).section.where(code.coding.exists(code = 'diagnos') and emptyReason.exists()).empty()"

Invariant: sjuk-7
Description: "The document's time is that of its periods: from the first day to the last."
Severity: #error
Expression: "entry.resource.ofType(Composition).event.period.exists() implies (entry.resource.ofType(Observation).effective.ofType(Period).start.all($this >= %resource.entry.resource.ofType(Composition).event.period.start) and entry.resource.ofType(Observation).effective.ofType(Period).end.all($this <= %resource.entry.resource.ofType(Composition).event.period.end) and entry.resource.ofType(Composition).event.period.start in entry.resource.ofType(Observation).effective.ofType(Period).start and entry.resource.ofType(Composition).event.period.end in entry.resource.ofType(Observation).effective.ofType(Period).end)"

Invariant: sjuk-8
Description: "Something in the document refers to every entry, but to the Composition and to Provenance."
Severity: #error
Expression: "entry.where((resource is Composition or resource is Provenance).not()).fullUrl.select(toString()).subsetOf(entry.resource.descendants().ofType(Reference).reference.select(toString()))"

Invariant: sjuk-10
Description: "What is marked as derived says from what, and is not attested as it stands."
Severity: #error
Expression: "meta.security.exists(code = 'REDACTED') implies (attester.empty() and relatesTo.exists(code = 'transforms'))"

Invariant: sjuk-11
Description: "A personal identity number has twelve digits."
Severity: #error
Expression: "matches('^[0-9]{12}$')"

Invariant: sjuk-12
Description: "A degree is no less than nothing, and no more than all."
Severity: #error
Expression: "value >= 0 and value <= 100"
