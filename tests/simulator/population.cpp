// Names, shifts and skills are spread by low-discrepancy sequences: even a centre of ten people has
// every shift and every skill covered.
#include "tests/simulator/population.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>

#include "tests/simulator/random.hpp"

namespace wolkvox::simulator {

namespace {

using std::chrono::hours;

constexpr auto first_names = std::to_array<std::string_view>(
    {"Ana",     "Luis",   "María",   "José",    "Sofía",   "Andrés", "Camila", "Julián",
     "Paola",   "Óscar",  "Lucía",   "Héctor",  "Daniela", "Iván",   "Mónica", "Tomás",
     "Valeria", "Raúl",   "Ximena",  "Nicolás", "Begoña",  "Adrián", "Marta",  "Germán",
     "Íngrid",  "Felipe", "Natalia", "Simón",   "Yésica",  "Martín"});

constexpr auto surnames = std::to_array<std::string_view>(
    {"Peña",     "Gómez",  "Rodríguez", "Muñoz",     "Castaño",  "Ruiz",    "Ramírez", "Ordóñez",
     "Zapata",   "Vélez",  "Martínez",  "López",     "Bermúdez", "Suárez",  "Ibáñez",  "Torres",
     "Cárdenas", "Rincón", "Quiñones",  "Mejía",     "Acuña",    "Beltrán", "Giménez", "Salazar",
     "Patiño",   "Duarte", "Núñez",     "Ospina",    "Villa",    "Yepes",   "Álvarez", "Correa",
     "Escobar",  "Franco", "Henao",     "Jaramillo", "Londoño"});

constexpr auto skill_names = std::to_array<std::string_view>(
    {"Servicio al Cliente", "Ventas", "Soporte Técnico", "Cobranza", "Retención", "Línea Ética",
     "Facturación", "Garantías", "Domicilios", "Citas Médicas", "Fidelización",
     "Portafolio Señales"});

constexpr auto campaign_names = std::to_array<std::string_view>(
    {"Cobranza mora temprana", "Encuesta de satisfacción", "Renovación anual", "Bienvenida",
     "Recuperación", "Ofertas de fin de año"});

struct shift {
  int begin;   // hour
  int length;  // hours
  double share;
};

constexpr auto shifts =
    std::to_array<shift>({{22, 8, 0.12}, {6, 8, 0.24}, {8, 9, 0.27}, {10, 9, 0.13}, {14, 8, 0.24}});

// All names there are, in an order that mixes; no name twice until all are used up.
std::string person_name(std::uint64_t index) {
  constexpr std::uint64_t combinations = first_names.size() * surnames.size() * surnames.size();
  constexpr std::uint64_t step = 15'877;  // prime, and no divisor of the number of combinations
  static_assert(combinations % step != 0);
  const auto round = index / combinations;
  const auto mixed = (index + 41) * step % combinations;
  const auto first = first_names.at(mixed % first_names.size());
  const auto rest = mixed / first_names.size();
  const auto one = surnames.at(rest % surnames.size());
  const auto two = surnames.at(rest / surnames.size());
  return round == 0 ? fmt::format("{} {} {}", first, one, two)
                    : fmt::format("{} {} {} {}", first, one, two, round + 1);
}

template <std::size_t N>
std::string numbered_name(const std::array<std::string_view, N>& names, std::uint32_t index) {
  const auto name = names.at(index % N);
  return index < N ? std::string(name) : fmt::format("{} {}", name, index / N + 1);
}

std::vector<skill> make_skills(const centre_settings& settings) {
  std::vector<skill> made;
  double sum = 0.0;
  for (std::uint32_t i = 0; i < settings.skills; ++i) {
    const auto share = scrambled_share(settings.seed * 7919 + i);
    made.push_back({.id = 301 + i,
                    .name = numbered_name(skill_names, i),
                    .weight = 1.0 / std::sqrt(1.0 + i),
                    .talk_median = 150.0 + 120.0 * share,
                    .patience_scale = 110.0 + 90.0 * scrambled_share(settings.seed * 104'729 + i)});
    sum += made.back().weight;
  }
  for (auto& one : made) {
    one.weight /= sum;
  }
  return made;
}

std::uint32_t skill_at(const std::vector<skill>& skills, double share) {
  for (std::uint32_t i = 0; i + 1 < skills.size(); ++i) {
    share -= skills[i].weight;
    if (share < 0.0) {
      return i;
    }
  }
  return static_cast<std::uint32_t>(skills.size() - 1);
}

const shift& shift_at(double share) {
  for (const auto& one : shifts) {
    share -= one.share;
    if (share < 0.0) {
      return one;
    }
  }
  return shifts.back();
}

// Night shifts and small centres know more skills: few people, every queue served.
void assign_skills(agent& who, std::uint32_t index, bool night, const population& others,
                   std::uint64_t seed) {
  const auto skills = static_cast<std::uint32_t>(others.skills.size());
  const std::uint32_t known = std::min<std::uint32_t>(skills, night ? 12 : 3);
  who.skills.push_back(skill_at(others.skills, std::fmod(index * 0.754'877'666 + 0.5, 1.0)));
  std::uint64_t draw = scramble(seed ^ (index + 1));
  if (night && known < skills) {
    who.skills.clear();  // the night is spread evenly, or rare skills would have nobody
    draw = index * known;
  }
  while (who.skills.size() < known) {
    const auto candidate = static_cast<std::uint32_t>(draw++ % skills);
    if (std::ranges::find(who.skills, candidate) == who.skills.end()) {
      who.skills.push_back(candidate);
    }
  }
}

void make_agents(population& made, const centre_settings& settings) {
  made.agents.reserve(settings.agents);
  for (std::uint32_t i = 0; i < settings.agents; ++i) {
    // The first four cover the clock; the others follow the shares.
    const auto& works = i < 4 ? shifts.at(std::array{0U, 1U, 4U, 2U}.at(i))
                              : shift_at(std::fmod(i * 0.618'033'988 + 0.2, 1.0));
    agent who{.id = 10'001 + i,
              .name = person_name(i),
              .shift_begin = hours{works.begin},
              .shift_length = hours{works.length},
              .always = i < 4,
              .skills = {}};
    if (i + settings.homonyms >= settings.agents && i >= settings.homonyms) {
      who.name = made.agents[i - settings.homonyms].name;
    }
    assign_skills(who, i, works.begin == 22 || settings.agents < 20, made, settings.seed);
    made.agents.push_back(std::move(who));
  }
}

void make_campaigns(population& made, const centre_settings& settings) {
  for (std::uint32_t i = 0; i < settings.campaigns; ++i) {
    const bool round_the_clock = i == 1;
    made.campaigns.push_back(
        {.id = 7001 + i,
         .name = numbered_name(campaign_names, i),
         .skill = i % settings.skills,
         .records = static_cast<std::uint32_t>((calls_per_day(settings) / 2 + 200) *
                                               (1 + scramble(settings.seed + i) % 3)),
         .speed = 1 + i % 5,
         .weight = 1.0 / settings.campaigns,
         .first_hour = round_the_clock ? 0U : 7U + i % 3,
         .last_hour = round_the_clock ? 24U : 20U});
  }
}

}  // namespace

std::uint64_t calls_per_day(const centre_settings& settings) {
  // Above this a day of history would take longer than the seconds a start may take.
  constexpr std::uint64_t most_by_default = 400'000;
  if (settings.calls_per_day > 0) {
    return settings.calls_per_day;
  }
  return std::min<std::uint64_t>(std::uint64_t{settings.agents} * 62, most_by_default);
}

population make_population(const centre_settings& settings) {
  population made;
  made.skills = make_skills(settings);
  make_agents(made, settings);
  make_campaigns(made, settings);
  return made;
}

}  // namespace wolkvox::simulator
