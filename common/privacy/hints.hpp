#pragma once
// What the words before a number say of it; of no use to others.
#include <cstddef>
#include <string_view>

namespace guichet::privacy {

enum class Hint {
    none,
    reference,  // an order, an invoice, a parcel, a serial number
    company,    // a VAT or company number
    phone,
    person,  // a national or tax number
};

// `word`: lower case, without accents. Words in French, Dutch, English, German.
Hint hint_of(std::string_view word);

// The nearest word that said something, as long as it is near and on the same line.
class Hints {
  public:
    void word(std::string_view word);
    void line_end() { hint_ = Hint::none; }
    // `reach`: how many words may stand between.
    bool near(Hint hint, std::size_t reach) const { return hint_ == hint && words_since_ <= reach; }

  private:
    Hint hint_ = Hint::none;
    std::size_t words_since_ = 0;
};

}  // namespace guichet::privacy
