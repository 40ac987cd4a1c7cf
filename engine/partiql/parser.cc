#include "engine/partiql/parser.h"

#include <algorithm>

#include "engine/partiql/conditions.h"
#include "engine/partiql/literals.h"
#include "engine/partiql/update_clauses.h"

namespace dynarock::partiql {
namespace {

constexpr std::string_view kLeftOver = "Unexpected token after expression";
constexpr std::string_view kAlias = "Aliasing is not supported";

std::string_view ReturningText(Returning returning) {
  switch (returning) {
    case Returning::kAllOld:
      return "ALL OLD";
    case Returning::kModifiedOld:
      return "MODIFIED OLD";
    case Returning::kAllNew:
      return "ALL NEW";
    case Returning::kModifiedNew:
      return "MODIFIED NEW";
    case Returning::kNone:
      break;
  }
  return "";
}

class StatementParser {
 public:
  explicit StatementParser(Cursor cursor) : cursor_(std::move(cursor)) {}

  Result<Statement> Parse() {
    TRY_VOID(ParseKind());
    if (cursor_.TakeSymbol(";") && cursor_.Peek().kind != TokenKind::kEnd) {
      return NotWellFormed("Unexpected token after semicolon. (Only one query is allowed.)");
    }
    if (cursor_.Peek().kind != TokenKind::kEnd) return NotWellFormed(kLeftOver);
    if (refusal_) return std::move(*refusal_);
    if (statement_.where && !statement_.column_error) TRY_VOID(CheckWhere(*statement_.where));
    statement_.values = cursor_.TakeValues();
    return std::move(statement_);
  }

 private:
  Result<void> ParseKind() {
    if (cursor_.TakeKeyword("select")) return ParseSelect();
    if (cursor_.TakeKeyword("insert")) return ParseInsert();
    if (cursor_.TakeKeyword("update")) return ParseUpdate();
    if (cursor_.TakeKeyword("delete")) return ParseDelete();
    if (cursor_.TakeKeyword("from")) return ParseUpdateFrom();
    if (cursor_.Peek().IsKeyword("exists") && cursor_.Peek(1).Is("(")) return ParseExists();
    return ParseTypeTest();
  }

  // `x IS INT4` is the one expression alone whose refusal is known. Observed: conformance/cases/partiql/syntax.case
  Result<void> ParseTypeTest() {
    constexpr std::string_view kNoStatement = "Expected data manipulation";
    TRY_VOID(cursor_.TakePath(kNoStatement));
    if (!cursor_.TakeKeyword("is")) return NotWellFormed(kNoStatement);
    cursor_.TakeKeyword("not");
    TRY_VOID(TakeTypeName(cursor_));
    refusal_ = ValidationError("Unsupported operation: IsType");
    return {};
  }

  Result<void> ParseExists() {
    cursor_.Take();
    cursor_.Take();
    TRY_VOID(cursor_.ExpectKeyword("select"));
    TRY_VOID(ParseSelect());
    statement_.kind = Statement::Kind::kExists;
    return cursor_.Expect(")", "RIGHT_PAREN");
  }

  Result<void> ParseSelect() {
    statement_.kind = Statement::Kind::kSelect;
    TRY_VOID(ParseColumns());
    if (!cursor_.TakeKeyword("from")) return NotWellFormed("Expected FROM after SELECT list");
    TRY_VOID(ParseSource(UnexpectedAt(cursor_.Peek())));
    TRY_VOID(ParseAlias());
    TRY_VOID(ParseOptionalWhere());
    TRY_VOID(ParseOrderBy());
    if (!cursor_.TakeKeyword("limit")) return {};
    return ValidationError("Unsupported clause: LIMIT" + cursor_.Place(cursor_.Peek()));
  }

  Result<void> ParseColumns() {
    if (cursor_.TakeSymbol("*")) {
      if (!cursor_.Peek().Is(",")) return {};
      return NotWellFormed(
          "Other expressions may not be present in the select list when '*' is used without dot notation.");
    }
    do {
      TRY_VOID(ParseColumn());
    } while (cursor_.TakeSymbol(","));
    return {};
  }

  // Anything but a path that AWS's grammar has is no column. Observed: conformance/cases/partiql/columns.case
  Result<void> ParseColumn() {
    const Token& first = cursor_.Peek();
    if (cursor_.StartsCall() || first.kind == TokenKind::kParameter || StartsLiteral(cursor_)) {
      if (!statement_.column_error) {
        statement_.column_error = ValidationError("Unexpected path component" + cursor_.Place(first));
      }
      SkipColumn();
      return {};
    }
    TRY(Path column, cursor_.TakePath(UnexpectedAt(first)));
    if (cursor_.Peek().IsKeyword("as") || cursor_.Peek().IsName()) return ValidationError(std::string(kAlias));
    statement_.columns.push_back(std::move(column));
    return {};
  }

  // To the comma or the FROM behind it, or to the end.
  void SkipColumn() {
    int depth = 0;
    while (cursor_.Peek().kind != TokenKind::kEnd) {
      const Token& token = cursor_.Peek();
      if (depth == 0 && (token.Is(",") || token.IsKeyword("from"))) return;
      if (token.Is("(") || token.Is("[") || token.Is("{") || token.Is("<<")) ++depth;
      if (token.Is(")") || token.Is("]") || token.Is("}") || token.Is(">>")) --depth;
      cursor_.Take();
    }
  }

  // "table" or "table"."index".
  Result<void> ParseSource(std::string_view missing) {
    TRY(const Path source, cursor_.TakePath(missing));
    if (source.steps.size() > 1) {
      return ValidationError("A path may contain at most 2 components in the FROM clause");
    }
    statement_.table = source.attribute;
    if (!source.steps.empty()) {
      const auto* index = std::get_if<std::string>(&source.steps[0]);
      if (!index) return ValidationError("Path component cannot be a list index");
      statement_.index = *index;
    }
    if (statement_.table.empty() || (statement_.index && statement_.index->empty())) {
      return ValidationError("Path component cannot be an empty string");
    }
    return {};
  }

  // A name of one's own for the table, which is told when all else is well formed.
  Result<void> ParseAlias() {
    const bool has_as = cursor_.TakeKeyword("as");
    const bool has_name = cursor_.Peek().IsName() && (has_as || !cursor_.Peek().IsWord("returning"));
    if (has_as && !has_name) return NotWellFormed("Expected identifier for alias");
    if (has_name) cursor_.Take();
    if (has_name) refusal_ = ValidationError(std::string(kAlias));
    return {};
  }

  Result<void> ParseOptionalWhere() {
    if (!cursor_.TakeKeyword("where")) return {};
    TRY(Condition where, ParseWhere(cursor_));
    statement_.where = std::move(where);
    return {};
  }

  Result<void> ParseOrderBy() {
    if (!cursor_.TakeKeyword("order")) return {};
    TRY_VOID(cursor_.ExpectKeyword("by"));
    do {
      TRY(const Path path, cursor_.TakePath(UnexpectedAt(cursor_.Peek())));
      OrderTerm& term = statement_.order_by.emplace_back();
      term.attribute = path.attribute;
      term.descending = cursor_.TakeKeyword("desc");
      if (!term.descending) cursor_.TakeKeyword("asc");
    } while (cursor_.TakeSymbol(","));
    return {};
  }

  Result<void> ParseInsert() {
    statement_.kind = Statement::Kind::kInsert;
    if (!cursor_.TakeKeyword("into")) return NotWellFormed("Unexpected keyword");
    const Token& table = cursor_.Peek();
    TRY_VOID(ParseSource("Expected identifier for simple path"));
    if (statement_.index) {
      return ValidationError("FROM clause may only contain a single table name in data manipulation statements" +
                             cursor_.Place(table));
    }
    if (!cursor_.TakeKeyword("value")) return NotWellFormed(AfterInsertedTable());
    TRY(statement_.item, ParseItem(cursor_));
    return {};
  }

  // A list of columns is read as an expression that is no statement's end.
  std::string_view AfterInsertedTable() const {
    const Token& token = cursor_.Peek();
    if (token.Is("(")) return UnexpectedAt(cursor_.Peek(1));
    if (token.IsName()) return kLeftOver;
    return token.kind == TokenKind::kKeyword ? "Unexpected keyword" : "Unexpected term";
  }

  Result<void> ParseUpdate() {
    statement_.kind = Statement::Kind::kUpdate;
    TRY_VOID(ParseSource("Expected identifier for simple path"));
    TRY_VOID(ParseAlias());
    TRY(statement_.update, ParseUpdateClauses(cursor_));
    TRY_VOID(ParseOptionalWhere());
    return ParseReturning();
  }

  // FROM "table" WHERE ... SET ...: an UPDATE in another order.
  Result<void> ParseUpdateFrom() {
    statement_.kind = Statement::Kind::kUpdate;
    TRY_VOID(ParseSource(UnexpectedAt(cursor_.Peek())));
    TRY_VOID(ParseAlias());
    TRY_VOID(ParseOptionalWhere());
    TRY(statement_.update, ParseUpdateClauses(cursor_));
    return ParseReturning();
  }

  Result<void> ParseDelete() {
    statement_.kind = Statement::Kind::kDelete;
    if (!cursor_.TakeKeyword("from")) return NotWellFormed("Expected FROM after DELETE");
    TRY_VOID(ParseSource("Expected identifier for simple path"));
    TRY_VOID(ParseAlias());
    TRY_VOID(ParseOptionalWhere());
    TRY_VOID(ParseReturning());
    if (statement_.returning == Returning::kNone || statement_.returning == Returning::kAllOld) return {};
    return ValidationError("Invalid returning clause: RETURNING " + std::string(ReturningText(statement_.returning)) +
                           " *. Only RETURNING ALL OLD * is allowed in DELETE statements.");
  }

  Result<void> ParseReturning() {
    if (!cursor_.TakeWord("returning")) return {};
    const bool is_all = cursor_.TakeWord("all");
    if (!is_all && !cursor_.TakeWord("modified")) return NotWellFormed("Expected ALL or MODIFIED");
    const bool is_old = cursor_.TakeWord("old");
    if (!is_old && !cursor_.TakeWord("new")) return NotWellFormed("Expected OLD or NEW");
    TRY_VOID(cursor_.Expect("*", "STAR"));
    if (is_all) {
      statement_.returning = is_old ? Returning::kAllOld : Returning::kAllNew;
    } else {
      statement_.returning = is_old ? Returning::kModifiedOld : Returning::kModifiedNew;
    }
    return {};
  }

  Cursor cursor_;
  Statement statement_;
  std::optional<ApiError> refusal_;  // of what is well formed and not supported
};

}  // namespace

Result<Statement> ParseStatement(std::string_view text, std::span<const EncodedValue> parameters) {
  TRY(Cursor cursor, Cursor::Open(text, parameters));
  return StatementParser(std::move(cursor)).Parse();
}

}  // namespace dynarock::partiql
