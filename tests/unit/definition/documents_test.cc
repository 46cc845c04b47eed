/// Checklists of papers: what they are written out into, and what is refused.

#include <gtest/gtest.h>

#include "tests/unit/definition/document_builder.h"

namespace ritrovo::definition {
namespace {

using test::accepted;
using test::refused_at_mark;

/// A pathway with a checklist at its top whose items are `items`, in flow style.
std::string list(const std::string& items, const std::string& more = "") {
  return test::pathway("  papers: {title: {it: Carte, en: Papers}, documents: {role: clerk, brought_by: family, " + more + "items: {" + items + "}}}\n" +
                       "  file: {after: papers, wait_for: true, done_when: {fact: form.filed}}\n");
}

const std::string kTitle = "title: {it: Atto, en: Deed}";

std::shared_ptr<const Pathway> made(const std::string& text) {
  const Loaded loaded = test::loaded(text);
  for (const Problem& problem : loaded.problems) EXPECT_NE(problem.severity, Severity::kError) << to_string(problem);
  return loaded.library.pathways.empty() ? nullptr : loaded.library.pathways.front();
}

TEST(Documents, EachPaperIsAStageWithItsSteps) {
  const auto pathway = made(list("deed: {" + kTitle + ", translation: true, legalisation: 'sponsor.arrived_on > date(\"2020-01-01\")'}, photo: {" + kTitle + ", required: false}"));
  ASSERT_NE(pathway, nullptr);
  const StepIndex papers = pathway->step_named("papers");
  const StepIndex deed = pathway->step_named("papers/deed");
  ASSERT_NE(deed, kNone);
  EXPECT_EQ(pathway->steps[papers].kind, StepKind::kStage);
  EXPECT_EQ(pathway->steps[deed].stage, papers);
  for (const char* step : {"papers/deed/received", "papers/deed/translated", "papers/deed/legalised", "papers/deed/check"}) EXPECT_NE(pathway->step_named(step), kNone) << step;
  EXPECT_EQ(pathway->step_named("papers/photo/translated"), kNone);
  EXPECT_FALSE(pathway->steps[pathway->step_named("papers/photo")].required);
  EXPECT_EQ(pathway->path_of(pathway->step_named("papers/deed/check")), "papers/deed/check");
  EXPECT_EQ(pathway->steps[pathway->step_named("papers/deed/received")].waits_on, "family");
  EXPECT_EQ(pathway->step_named("papers_later"), kNone) << "nothing comes later";
  EXPECT_NE(pathway->fact_named("papers.deed.translated"), kNone);
  EXPECT_EQ(pathway->facts[pathway->fact_named("papers.deed.received")].by, std::vector<std::string>{"clerk"});
}

TEST(Documents, WhatFollowsOrExpiresIsWatchedBesideTheChecklist) {
  const auto pathway = made(list("deed: {" + kTitle + ", to_follow: true, valid_for: P6M}, pass: {" + kTitle + ", expires: true}", "filing: form.filed.filed_on, "));
  ASSERT_NE(pathway, nullptr);
  const StepIndex later = pathway->step_named("papers_later");
  ASSERT_NE(later, kNone);
  EXPECT_FALSE(pathway->steps[later].required);
  for (const char* step : {"papers_later/deed_to_follow", "papers_later/deed_reminder", "papers_later/deed_expired", "papers_later/pass_expired"})
    EXPECT_NE(pathway->step_named(step), kNone) << step;
  EXPECT_EQ(pathway->steps[pathway->step_named("papers/deed/check")].outcomes.front().name, "expired");
}

TEST(Documents, UnderEachTheyAreThePersons) {
  const auto pathway = made(test::pathway("  s:\n    stage: {each: relative}\n    steps:\n      papers: {documents: {role: clerk, items: {deed: {" + kTitle + "}}}}\n"));
  ASSERT_NE(pathway, nullptr);
  EXPECT_EQ(pathway->facts[pathway->fact_named("papers.deed.received")].per, pathway->person_role_named("relative"));
  const auto own = made(list("deed: {" + kTitle + "}", "per: sponsor, "));
  ASSERT_NE(own, nullptr);
  EXPECT_EQ(own->facts[own->fact_named("papers.deed.received")].per, own->person_role_named("sponsor"));
}

TEST(Documents, MistakesAreRefusedWhereTheyStand) {
  EXPECT_TRUE(accepted(list("deed: {" + kTitle + "}")));
  EXPECT_TRUE(refused_at_mark(list("deed: {" + kTitle + ", @@transltion: true}"), "has no key \"transltion\""));
  EXPECT_TRUE(refused_at_mark(list("deed: {" + kTitle + ", valid_for: @@six months}"), "must be a period"));
  EXPECT_TRUE(refused_at_mark(list("deed: {" + kTitle + ", valid_for: P6M, expires: @@true}"), "both \"valid_for\" and \"expires\""));
  EXPECT_TRUE(refused_at_mark(list("deed: {title: @@{it: Atto}}"), "lacks English"));
  EXPECT_TRUE(refused_at_mark(list("deed: @@{}"), "lacks \"title\""));
  EXPECT_TRUE(refused_at_mark(list("deed: {" + kTitle + ", when: '@@tody > opened_on'}"), "tody"));
  EXPECT_TRUE(refused_at_mark(list("@@Deed: {" + kTitle + "}"), "can't be a name here"));
  EXPECT_TRUE(refused_at_mark(list("deed: {" + kTitle + "}", "filing: @@form.filed, "), "must be the day"));
  EXPECT_TRUE(refused_at_mark(test::pathway("  p: {documents: {role: clerk, items: @@{}}}\n"), "at least one document"));
  EXPECT_TRUE(refused_at_mark(test::pathway("  p: {documents: {role: clerk, items: {deed: {" + kTitle + "}}}, completes_when: @@p}\n"), "no \"completes_when\" of its own"));
}

}  // namespace
}  // namespace ritrovo::definition
