// One list of members for each object of a request or a reply: checking, reading and writing go by it, so that a member
// is spelled once.
//
//   constexpr auto kTagMembers = Members<TagRequest>(
//       Required<&TagRequest::key>("Key", kString),
//       Optional<&TagRequest::value>("Value", kString));
//   constexpr auto kTag = Structure(kTagMembers, "Tag");
//
// Members stand in the order in which AWS reports their errors. What a member is read into decides how it is read.
#pragma once

#include <optional>
#include <type_traits>
#include <vector>

#include "protocol/enum_names.h"
#include "protocol/shape.h"
#include "protocol/shape_fit.h"

namespace dynarock {

// The shape of what is read into a T, or into a list or an optional of them.
template <class T>
struct ShapeOf : Shape {
  using Value = T;
};

// For a type that stands in a map: the member that takes the name of its entry.
// template <> inline constexpr auto kEntryName<LegacyCondition> = &LegacyCondition::attribute;
template <class T>
inline constexpr auto kEntryName = nullptr;

// Instead of a pointer to a member: the value is read into the object itself, as where AWS has one level more.
struct Itself {};

// Reads an object's members in one pass. False if it is no object, or any member is not what its shape allows, or one
// is missing: then ValidateShape has the error, and what was read means nothing.
bool ReadMembers(const Json& object, std::span<const Field> members, void* out);

bool Read(const Json& value, const Shape& shape, std::string_view& out);
bool Read(const Json& value, const Shape& shape, std::int64_t& out);
// Of an enum the first name means true.
bool Read(const Json& value, const Shape& shape, bool& out);

template <class T>
bool ReadInto(const Json& value, const Shape& shape, T& out);

template <class Enum>
requires std::is_enum_v<Enum>
bool Read(const Json& value, const Shape&, Enum& out) {
  if (!value.IsString()) return false;
  const std::optional<Enum> named = kNamesOf<Enum>.ValueOf(TextOf(value));
  if (named) out = *named;
  return named.has_value();
}

template <class T>
bool Read(const Json& value, const Shape& shape, std::optional<T>& out) {
  return ReadInto(value, shape, out.emplace());
}

// A list, or a map whose entries know their names.
template <class T>
bool Read(const Json& value, const Shape& shape, std::vector<T>& out) {
  if constexpr (std::is_member_object_pointer_v<decltype(kEntryName<T>)>) {
    if (!MapFits(value, shape)) return false;
    out.reserve(value.MemberCount());
    for (const auto& member : value.GetObject()) {
      if (member.value.IsNull()) continue;
      T& entry = out.emplace_back();
      entry.*kEntryName<T> = TextOf(member.name);
      if (!ReadInto(member.value, *shape.element, entry)) return false;
    }
  } else {
    if (!ListFits(value, shape)) return false;
    const bool may_be_null = shape.element->kind == ShapeKind::kAttributeValue;
    out.reserve(value.Size());
    for (const Json& element : value.GetArray()) {
      if (element.IsNull() && may_be_null) continue;
      if (element.IsNull() || !ReadInto(element, *shape.element, out.emplace_back())) return false;
    }
  }
  return true;
}

// A type of another header has a Read beside it; any other is an object with members.
template <class T>
bool ReadInto(const Json& value, const Shape& shape, T& out) {
  if constexpr (requires { Read(value, shape, out); }) {
    return Read(value, shape, out);
  } else {
    return ReadMembers(value, shape.fields, &out);
  }
}

namespace members_detail {

template <class T>
struct Inner {
  using Type = T;
};
template <class T>
struct Inner<std::optional<T>> : Inner<T> {};
template <class T>
struct Inner<std::vector<T>> : Inner<T> {};

// Whether a value of shape S may be read into a T: as ReadInto trusts the shape to have the members, or names, of T.
template <class S, class T, class Innermost = typename Inner<T>::Type>
inline constexpr bool kReads = std::is_same_v<typename S::Value, Innermost> ||
                               (!std::is_enum_v<Innermost> && requires(const Json& value, const Shape& shape,
                                                                       Innermost& out) { Read(value, shape, out); });

template <class Owner, auto kInto>
bool ReadField(const Json& value, const Shape& shape, void* object) {
  Owner& owner = *static_cast<Owner*>(object);
  if constexpr (std::is_same_v<std::remove_cv_t<decltype(kInto)>, Itself>) {
    return ReadInto(value, shape, owner);
  } else if constexpr (std::is_member_object_pointer_v<decltype(kInto)>) {
    return ReadInto(value, shape, owner.*kInto);
  } else {
    return kInto(value, shape, owner);
  }
}

// A member of an object that is not known yet. With nullptr it is read nowhere.
template <auto kInto, class S>
struct Entry {
  std::string_view name;
  const S* shape;
  Presence presence;

  template <class Owner>
  constexpr Field Of() const {
    if constexpr (std::is_null_pointer_v<decltype(kInto)>) {
      return {name, shape, presence, nullptr};
    } else {
      if constexpr (std::is_same_v<std::remove_cv_t<decltype(kInto)>, Itself>) static_assert(kReads<S, Owner>);
      if constexpr (std::is_member_object_pointer_v<decltype(kInto)>) {
        static_assert(kReads<S, std::remove_reference_t<decltype(std::declval<Owner&>().*kInto)>>);
      }
      return {name, shape, presence, &ReadField<Owner, kInto>};
    }
  }
};

}  // namespace members_detail

// Each is read into `kInto`: a member of the object, Itself{}, or a function
// bool(const Json& value, const Shape& shape, Owner& object).
template <auto kInto, class S>
constexpr auto Required(std::string_view name, const S& shape) {
  return members_detail::Entry<kInto, S>{name, &shape, Presence::kRequired};
}
// It is missed before everything else.
template <auto kInto, class S>
constexpr auto RequiredFirst(std::string_view name, const S& shape) {
  return members_detail::Entry<kInto, S>{name, &shape, Presence::kRequiredFirst};
}
template <auto kInto, class S>
constexpr auto Optional(std::string_view name, const S& shape) {
  return members_detail::Entry<kInto, S>{name, &shape, Presence::kOptional};
}

// A member that is checked, and changes nothing here.
template <class S>
constexpr auto WithoutEffect(std::string_view name, const S& shape) {
  return members_detail::Entry<nullptr, S>{name, &shape, Presence::kOptional};
}

// A member that AWS has and that is not served here: a request that gives it is refused with a sentence that names it.
inline constexpr Shape kUnservedShape{.kind = ShapeKind::kUnserved};
constexpr auto Unserved(std::string_view name) {
  return members_detail::Entry<nullptr, Shape>{name, &kUnservedShape, Presence::kOptional};
}

template <class T, std::size_t kSize>
struct MemberList {
  using Object = T;
  std::array<Field, kSize> fields;
};

template <class T, class... Entries>
constexpr MemberList<T, sizeof...(Entries)> Members(const Entries&... entries) {
  return {{entries.template Of<T>()...}};
}

// `members` must be a constant. `java_name` is what AWS's messages call the structure.
template <class T, std::size_t kSize>
constexpr ShapeOf<T> Structure(const MemberList<T, kSize>& members, std::string_view java_name = {}) {
  return {{.kind = ShapeKind::kStructure, .fields = members.fields, .java_name = java_name}};
}

// `element` must be a constant; `limits` has the other members of the shape.
template <class S>
constexpr auto ListOf(const S& element, Shape limits = {}) {
  limits.kind = ShapeKind::kList;
  limits.element = &element;
  return ShapeOf<typename S::Value>{limits};
}
template <class S>
constexpr auto MapOf(const S& element, Shape limits = {}) {
  limits.kind = ShapeKind::kMap;
  limits.element = &element;
  if (limits.java_name.empty()) limits.java_name = element.java_name;
  return ShapeOf<typename S::Value>{limits};
}

template <class Enum>
constexpr ShapeOf<Enum> EnumShape(std::string_view newer_enum = {}) {
  return {{.allowed = kNamesOf<Enum>.names, .newer_enum = newer_enum}};
}

}  // namespace dynarock
