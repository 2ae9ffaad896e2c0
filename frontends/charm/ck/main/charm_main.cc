// main() of Charm++ programs: libcharm_main.a, which charmc links unless it is told -nomain.

// Generated in the def.h of the program's main module; charmc makes an empty one for -nomain-module.
extern "C" void CkRegisterMainModule(void);
// What charmc generates for `-module NAME`: registers modules that are neither the program's nor the runtime's.
extern void _registerExternalModules(char** argv) __attribute__((weak));
extern "C" int CharmMain(int argc, char** argv, void (*register_modules)());

namespace {

char** arguments = nullptr;

void RegisterModules() {
  if (_registerExternalModules != nullptr) _registerExternalModules(arguments);
  CkRegisterMainModule();
}

}  // namespace

int main(int argc, char** argv) {
  arguments = argv;
  return CharmMain(argc, argv, RegisterModules);
}
