// What the sender of something that is not taken in, or asked for in vain, is told: one issue for each thing that is wrong.

Profile: Felsvar
Parent: OperationOutcome
Id: felsvar
Title: "Error"
Description: "Why nothing was done: each issue is coded, says in words what is wrong, and where, if that can be said."
* meta.profile 1..*
* issue.severity = #error (exactly)
* issue.details 1..1
  * coding 1..1
  * coding from fel (required)
  * coding.system 1..1
  * coding.system = $fel (exactly)
  * coding.code 1..1
  * text 1..1
* issue.location 0..0
* issue.expression 0..1
