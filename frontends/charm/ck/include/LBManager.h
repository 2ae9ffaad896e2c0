// Load balancing, as programs steer it.
#ifndef LBMANAGER_H
#define LBMANAGER_H

#include "charm++.h"

// `-balancer NAME` of charmc calls it before main(); +balancer overrides it.
void LBDefaultCreate(const char* name);
// Whether loads are measured on this PE.
void LBTurnInstrumentOn();
void LBTurnInstrumentOff();
void LBClearLoads();
void LBSetPeriod(double seconds);
double LBGetPeriod();

class LBManager {
 public:
  void TurnInstrumentOn() { LBTurnInstrumentOn(); }
  void TurnStatsOn() { LBTurnInstrumentOn(); }
  void TurnStatsOff() { LBTurnInstrumentOff(); }
  void ClearLoads() { LBClearLoads(); }
  int StatsOn() { return 1; }
  static void SetLBPeriod(double seconds) { LBSetPeriod(seconds); }
  static double GetLBPeriod() { return LBGetPeriod(); }
};
LBManager* LBManagerObj();
typedef LBManager LBDatabase;
inline LBDatabase* LBDatabaseObj() { return LBManagerObj(); }

#endif  // LBMANAGER_H
