// The classification codes of the operation and the names of the types.
#include "tests/simulator/records.hpp"

#include <array>

namespace wolkvox::simulator {

namespace {

constexpr auto entries = std::to_array<code_entry>({
    {"", "", false},
    {"TIMEOUTACW", "Tiempo de documentación agotado", false},
    {"INFO", "Información general", false},
    {"VENTA", "Venta cerrada", true},
    {"PROMESA", "Promesa de pago", true},
    {"PQR", "Petición, queja o reclamo", false},
    {"SOPORTE", "Soporte resuelto", true},
    {"ESCALA", "Escalado a segundo nivel", false},
    {"NOINTERESA", "No está interesado", false},
    {"VOLVER", "Volver a llamar", false},
    {"EQUIVOCADO", "Número equivocado", false},
    {"-", "", false},
});

}  // namespace

std::uint8_t meaning_of(std::uint8_t index) {
  return entries.at(index).code == "-" ? no_code : index;
}

const code_entry& classification(std::uint8_t index) {
  return entries.at(index);
}

std::uint8_t classification_size() {
  return entries.size();
}

std::string_view to_string(call_type type) {
  switch (type) {
    case call_type::inbound:
      return "inbound";
    case call_type::out_pre:
      return "out_pre";
    case call_type::outbound_ma:
      return "outbound_ma";
    case call_type::internal_call:
      return "internal call";
    case call_type::internal_call_inb:
      return "internal call_inb";
    case call_type::internal_call_que:
      return "internal call_que";
    case call_type::transfer:
      return "transfer";
    case call_type::ivr_out:
      return "ivr-out";
  }
  return "";
}

}  // namespace wolkvox::simulator
