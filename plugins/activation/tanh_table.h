/* Pieces of tanh: polynomials for 0 <= a <= 8.7, row n in r = a - n BF_TANH_STEP, |r| <= BF_TANH_STEP / 2, constant term first. Minimax fits in units
 * in the last place, rounded to float one coefficient after the other; row 0 is a + c3 a³ + …, so that small values keep all their
 * digits, and row 31 ends in 1 at BF_TANH_END. */
#ifndef BF_ACTIVATION_TANH_TABLE_H
#define BF_ACTIVATION_TANH_TABLE_H

#define BF_TANH_STEP 0x1.1b12eep-2f
#define BF_TANH_END 0x1.16a5ecp+3f

#define BF_TANH_ROWS(ROW)                                                                                                                                      \
  ROW(0.0f, 0x1p+0f, 0.0f, -0x1.5558a8p-2f, 0x1.a0911p-12f, 0x1.0a7a04p-3f)                                                                                    \
  ROW(0x1.1413b8p-2f, 0x1.dac8b8p-1f, -0x1.ffff2cp-3f, -0x1.ef1b44p-3f, 0x1.2c489ep-3f, 0x1.025364p-4f)                                                        \
  ROW(0x1.015e94p-1f, 0x1.7ea082p-1f, -0x1.80aadp-2f, -0x1.ee1914p-5f, 0x1.3c59b4p-3f, -0x1.4055eep-5f)                                                        \
  ROW(0x1.5c3758p-1f, 0x1.132cbep-1f, -0x1.764c9cp-2f, 0x1.1c7224p-4f, 0x1.32846ap-4f, -0x1.f7e0fap-5f)                                                        \
  ROW(0x1.9ae8d6p-1f, 0x1.6c715ep-2f, -0x1.247d54p-2f, 0x1.c5089cp-4f, 0x1.c78e8ep-8f, -0x1.188a7cp-5f)                                                        \
  ROW(0x1.c34c68p-1f, 0x1.c8d36cp-3f, -0x1.92b1f4p-3f, 0x1.954f2p-4f, -0x1.538bfcp-6f, -0x1.29723p-7f)                                                         \
  ROW(0x1.dc2d52p-1f, 0x1.148edcp-3f, -0x1.013356p-3f, 0x1.260d46p-4f, -0x1.9a2368p-6f, 0x1.1d3edep-9f)                                                        \
  ROW(0x1.eb149ep-1f, 0x1.47df96p-4f, -0x1.3a7114p-4f, 0x1.80ad3p-5f, -0x1.45ed4p-6f, 0x1.371254p-8f)                                                          \
  ROW(0x1.f3dc22p-1f, 0x1.7fe0bep-5f, -0x1.76d03p-5f, 0x1.dbdb5ap-6f, -0x1.a60d04p-7f, 0x1.108784p-8f)                                                         \
  ROW(0x1.f8fb06p-1f, 0x1.be2a38p-6f, -0x1.b81c7ep-6f, 0x1.1d4b22p-6f, -0x1.073f84p-7f, 0x1.7d8f88p-9f)                                                        \
  ROW(0x1.fbf332p-1f, 0x1.022d06p-6f, -0x1.001ae6p-6f, 0x1.50194p-7f, -0x1.4c022ap-8f, 0x1.e7205cp-10f)                                                        \
  ROW(0x1.fdaa88p-1f, 0x1.2a0d9ap-7f, -0x1.289d52p-7f, 0x1.87fb96p-8f, -0x1.926148p-9f, 0x1.28d29p-10f)                                                        \
  ROW(0x1.fea7f2p-1f, 0x1.57998p-8f, -0x1.55f70ap-8f, 0x1.c6877ap-9f, -0x1.2df126p-9f, 0x1.60eb04p-11f)                                                        \
  ROW(0x1.ff39f6p-1f, 0x1.8bc7e4p-9f, -0x1.8b93b8p-9f, 0x1.06a85p-9f, -0x1.b9121ap-11f, 0x1.9dd166p-12f)                                                       \
  ROW(0x1.ff8e08p-1f, 0x1.c7abbep-10f, -0x1.c60a32p-10f, 0x1.2efcb2p-10f, -0x1.afabb6p-11f, 0x1.e1186p-13f)                                                    \
  ROW(0x1.ffbe6cp-1f, 0x1.063d84p-10f, -0x1.04bebep-10f, 0x1.5d21a2p-11f, -0x1.3d2176p-11f, 0x1.15e166p-13f)                                                   \
  ROW(0x1.ffda46p-1f, 0x1.2dcb12p-11f, -0x1.32b68p-11f, 0x1.920afp-12f, 0x1.41a59ap-12f, 0x1.414fd6p-14f)                                                      \
  ROW(0x1.ffea4cp-1f, 0x1.5b47cep-12f, -0x1.677ddap-12f, 0x1.ced002p-13f, 0x1.0669f8p-11f, 0x1.7206dcp-15f)                                                    \
  ROW(0x1.fff384p-1f, 0x1.8f9a5ep-13f, -0x1.a8d4f2p-13f, 0x1.0a52dcp-13f, 0x1.2889b8p-11f, 0x1.ab24d8p-16f)                                                    \
  ROW(0x1.fff8dp-1f, 0x1.cbcb7ap-14f, -0x1.a3e356p-14f, 0x1.327a98p-14f, -0x1.178f38p-11f, 0x1.eb4066p-17f)                                                    \
  ROW(0x1.fffbdep-1f, 0x1.0885aap-14f, -0x1.0df48p-14f, 0x1.60a888p-15f, 0x1.879a32p-15f, 0x1.1b3eap-17f)                                                      \
  ROW(0x1.fffdap-1f, 0x1.305bcep-15f, -0x1.7b2f7cp-15f, 0x1.95c95p-16f, 0x1.dbd148p-12f, 0x1.45abdp-18f)                                                       \
  ROW(0x1.fffea2p-1f, 0x1.5e3142p-16f, -0x1.86688cp-16f, 0x1.d2e74p-17f, 0x1.efe0d6p-14f, 0x1.770222p-19f)                                                     \
  ROW(0x1.ffff36p-1f, 0x1.92ed54p-17f, -0x1.69f4a6p-18f, 0x1.0c9c64p-17f, -0x1.6e715p-12f, 0x1.af4d84p-20f)                                                    \
  ROW(0x1.ffff8cp-1f, 0x1.cf9a1ep-18f, -0x1.7d5892p-18f, 0x1.35106p-18f, -0x1.162caap-14f, 0x1.efc4e4p-21f)                                                    \
  ROW(0x1.ffffbep-1f, 0x1.0ab4e4p-18f, -0x1.9da16p-17f, 0x1.6399e8p-19f, 0x1.c80adcp-12f, 0x1.1dd8ccp-21f)                                                     \
  ROW(0x1.ffffdap-1f, 0x1.32de42p-19f, -0x1.c26fbcp-18f, 0x1.9928cep-20f, 0x1.e3212ap-13f, 0x1.47924p-22f)                                                     \
  ROW(0x1.ffffeap-1f, 0x1.6113dp-20f, -0x1.201af2p-19f, 0x1.d6c36p-21f, 0x1.687bf6p-15f, 0x1.7a370cp-23f)                                                      \
  ROW(0x1.fffff4p-1f, 0x1.963eaap-21f, -0x1.394e1ep-17f, 0x1.0ed458p-21f, 0x1.d5a28ap-12f, 0x1.b2444p-24f)                                                     \
  ROW(0x1.fffff8p-1f, 0x1.d36b12p-22f, 0x1.11e752p-17f, 0x1.379c3ep-22f, -0x1.d7064cp-12f, 0x1.f41754p-25f)                                                    \
  ROW(0x1.fffffcp-1f, 0x1.0ce6d4p-22f, -0x1.6f95c4p-19f, 0x1.6687dcp-23f, 0x1.105bf8p-13f, 0x1.201986p-25f)                                                    \
  ROW(0x1.fffffep-1f, 0x1.6ef544p-22f, 0x1.220ff2p-20f, 0x1.9c856ep-24f, -0x1.bf4496p-16f, 0x1.4b351cp-26f)

#endif
