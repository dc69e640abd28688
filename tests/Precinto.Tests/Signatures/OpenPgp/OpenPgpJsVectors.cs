namespace Precinto.Tests.Signatures.OpenPgp;

/// <summary>
/// Certificates and signatures that OpenPGP.js 6.3.2 made over <see cref="Forge.File"/>, dated 2026-05-31, with keys dated 2025-06-01 whose
/// secrets were thrown away: version 6, and the algorithms 27 and 28, which gpg 2.2 does not know.
/// </summary>
internal static class OpenPgpJsVectors
{
    public const string Version6Ed25519Certificate = """
        -----BEGIN PGP PUBLIC KEY BLOCK-----

        xioGaDxAwBsAAAAgcVS34JgY3yojl3ZTBs2WD9A75WeOorpRb9w0G7rjYfvC
        rQYfGwoAAAA+BYJoPEDAAwsJBwUVCggODAQWAAIBApsDAh4BIqEGSfEdayto
        AXE6O+q6le/nbGoDP8QcdyQ177bgbykYKooAAAAABD0gob7rvktZVNtoawds
        orD6JyN0Giq5MBCmS2oQuQuLIhO6M0AyCHGpz/XyOHFLFB+tWP/R+rM4WmaO
        qRvGNFbtaHs4vtUUhHj4lpg2hg/Claa3lqdoHq5s0lLEu9HLMv4HzQNBZGHC
        mwYTGwoAAAAsBYJoPEDAAhkBIqEGSfEdaytoAXE6O+q6le/nbGoDP8QcdyQ1
        77bgbykYKooAAAAAEuAgLuAYBLNJjwFck7L2Wh79NZe7+v3IMuKe2WTu7VNH
        BNcUN3U0ileP6nLByj1kqFPJPijc9ndCkeEVB+44zxj9VWxmc+KH0D7cK8Pp
        lo/wE79hKrUEwTUW58ilZdxc39sLzioGaDxAwBkAAAAgkCylomdhOZ983lDC
        zEmBIKkgAq5Cs5y8pyXZdNKrkkXCmwYYGwoAAAAsBYJoPEDAApsMIqEGSfEd
        aytoAXE6O+q6le/nbGoDP8QcdyQ177bgbykYKooAAAAARmkgXImf9u7tBKAW
        KdXWZyP8c6Uybsfv9sbgpMRdBiUXnQpV2wW+4sc9pDtRxm5eePa5WoKkG2pc
        Z1QjuE59DFpdY45FZkjRFUeM6192yzfV+ixEmyobDr0yYMZ2u0PqBEUH
        -----END PGP PUBLIC KEY BLOCK-----
        """;

    public const string Version6Ed25519Signature = """
        -----BEGIN PGP SIGNATURE-----

        wpgGABsKAAAAKQWCahwiwCKhBknxHWsraAFxOjvqupXv52xqAz/EHHckNe+2
        4G8pGCqKAAAAAEuhIAyqYdMIGdw36la+mAXyuUvjUMU308c83Ut+Mn2LZGua
        PnZVtKqTS2lTfpzjRvRqTh2dCCet+AvnkujoPAWa9M+ZnpPK5ISqdi6XqfsF
        LZeT2L8ETb/TmBy6abpwX5x8DA==
        -----END PGP SIGNATURE-----
        """;

    public const string Version6Ed448Certificate = """
        -----BEGIN PGP PUBLIC KEY BLOCK-----

        xkMGaDxAwBwAAAA51tc46H5Deim33XVA0nXU0hjt1uHMJf7bxjUIoi2pszVP
        8kMdvH3cvwOqdQWeaGb+fN5R7U1XLKgAwsAfBh8cCgAAAD4Fgmg8QMADCwkH
        BRUKCA4MBBYAAgECmwMCHgEioQatRsPxaVZLnL4JYj7gdhbrkK4mkuhfd+Ct
        QDRl3gr+jAAAAADT+CBrQexp3mc6VFLfGiBCHZMGPTqJ0SEcYkd5JGwFik26
        RjuZamniZAThygUSMKn/dzM4/AoLTTbAdGDcTqV8FlvxGso/MXh6dFvpUym7
        x2VL5D1XomTJGzfugLSVbDkzKAGX5CEQBIBYcmNYNkUnpiZPbU2hXsxnmgCm
        R5VU/TU4qDYtK5XycmGIcK1Gpps9YyIcAM0DQWRhwsANBhMcCgAAACwFgmg8
        QMACGQEioQatRsPxaVZLnL4JYj7gdhbrkK4mkuhfd+CtQDRl3gr+jAAAAAA6
        cCDBLU4QkzLQst873CdHEazbzfhp3usMcvjYf4m6PvLUkV7xX0z+0G0+2KiQ
        fUOtSUuPMNwYVsNMInXdzmP0yOq/O9KPqb5seCNvmRrdhBIbzy/hqYSMtJBC
        APTCw0QECnR36lzfY5bbC4tc2L5nsuF3tLoSBXJ5rOFRPgdreK46q3GtQ7Q5
        QjaBKlFKnTa5oIg2AM5CBmg8QMAaAAAAOHbEM6LHPG+8Gd9VH22RpjWPk2ny
        axVzR1CU7TX8N6Nc4bclierAnWnVg9gKW1KxmKOFs1BcLGK9wsANBhgcCgAA
        ACwFgmg8QMACmwwioQatRsPxaVZLnL4JYj7gdhbrkK4mkuhfd+CtQDRl3gr+
        jAAAAAD0uCDd6irLuEz699a0MzYKw+KDwNlu6CbDyrD05QSH1sdNuGC7L6hE
        z73UgOvc94FLgfRtmirwf5SEpUvqsAVhWABdnamfTSDGNcfwyNwBwrlFnsWm
        1Jii+5lJgNljNvEldwvuKxM0tkN79V9dp1b71AbuZ6qIz0W52AunNV4Qwazc
        F9sOTx6IV5LgoGaJMeUUgQgXAA==
        -----END PGP PUBLIC KEY BLOCK-----
        """;

    public const string Version6Ed448Signature = """
        -----BEGIN PGP SIGNATURE-----

        wsAKBgAcCgAAACkFgmocIsAioQatRsPxaVZLnL4JYj7gdhbrkK4mkuhfd+Ct
        QDRl3gr+jAAAAAAbGSDiw87vGq/Ng1rtgaO8sQxjPOZyf0V7m/nnhAFa10lN
        YSRKs0sHLS2PrWMBIE3zhjKQVYdxcVr1TX32r2wf94frNs3AHD6ALfgc/6Hg
        G/CIcg0+hYKZO/MEACY08BIM3CmyE2+YIJ++fzOeLDWQxybewolf3p5hgpyf
        YgV7uTMGzX4b4slmf2XeEZtUlr+p6UkQAA==
        -----END PGP SIGNATURE-----
        """;

    public const string Version6P256Certificate = """
        -----BEGIN PGP PUBLIC KEY BLOCK-----

        xlYGaDxAwBMAAABMCCqGSM49AwEHAgME2AAaxv4WG0EFO8VhSkikHdeNbx2a
        acRqxQzxSRvv/ufbuK9sS/6+5gn7fAepfD9ZEnM56T1FvPaSopsfWlB3jMKx
        Bh8TCgAAAD4Fgmg8QMADCwkHBRUKCA4MBBYAAgECmwMCHgEioQZ5THbQqO4f
        uGFyTvMFg3oePm8L1RyTfgAnLWjA4+YA0AAAAAAyJCAGRh+5ouCMeeANAGta
        OyasE/t1fIx3Y8hEqLc/zambEgEAtmezQQecqDmVASJAjWt50GblGVudTiQa
        8zJ2tDDqDuMA/izOIlUXBNX4yWFq8M5fD9tEKuPV1Ckh7h5jBiLtxF7azQNB
        ZGHCnwYTEwoAAAAsBYJoPEDAAhkBIqEGeUx20KjuH7hhck7zBYN6Hj5vC9Uc
        k34AJy1owOPmANAAAAAAjQIgDnNjP4utnSLG39qr7wn+KGFB5TtZ21BEEnUZ
        zMxjdJ0A/R90+mdSEvW7mJOPG0A4yw5KZnSPw5teuxnB6ZrmRBBBAQDdWduu
        V5beHid/7LqEn8lPbRfFpg8RMLUInGRFveKY+M5aBmg8QMASAAAAUAgqhkjO
        PQMBBwIDBKiLHCBfIpKhPv4eX3LKJLkC2vpWesD6ZYIsVVzBf2jO/yimZPN/
        eUR6iVYQR1ZytJEQbsyaoaLa9QkCvJxdOIEDAQgHwp8GGBMKAAAALAWCaDxA
        wAKbDCKhBnlMdtCo7h+4YXJO8wWDeh4+bwvVHJN+ACctaMDj5gDQAAAAAIm7
        IK3BDkzm5cwOImmhbQMxnheM7tC2RuYNabr5M170n/RcAP0RKc4AFIVLjYZT
        ZvnBcjha1R6biUapPiJjf7nXbT8eJgD/bqt2+UMStG9L8ABPFOOIG/6SFESO
        2+7N9dOud2VSVhs=
        -----END PGP PUBLIC KEY BLOCK-----
        """;

    public const string Version6P256Signature = """
        -----BEGIN PGP SIGNATURE-----

        wpwGABMKAAAAKQWCahwiwCKhBnlMdtCo7h+4YXJO8wWDeh4+bwvVHJN+ACct
        aMDj5gDQAAAAANh7IKycEGP8YbvAd0QAEnCSu1Zk7SIdGIzIDGD+zXXLKoQx
        AP9sLGUNcY1rcilX2KdGzvgsQeyfTwQcrayO1WPa2QVjvAEA5fXyAZ6Fdry0
        7umtrZzHo2TRGBdZ6dzCBNmwjKzBNHk=
        -----END PGP SIGNATURE-----
        """;

    public const string Version6RsaCertificate = """
        -----BEGIN PGP PUBLIC KEY BLOCK-----

        xsBRBmg8QMABAAABBwgAw6MTzHpMJu9fUtWgowYiFVNfsVZ5EPmkwEKtJFx+
        kjRV6/yvzyq7orG01rCJHnkeORjIe4IXWN5tt81apBIcMBT5ZOY08o8HSAiB
        +68bjUxSDzrR+3Yx4wznva4E/aGDBa70XX8EwUIqu1ItoDplm1+CEx58zEkP
        bU7zFScSz+6UzYAP/xRLaq52CS3sJqBiYvyS7dkf82oNWCLX2U4lK4BZVwRy
        0UcXdAbWRgs2ysFPBh0FgSw4cefKOntdZuegAqxPaZS/eMlWbBMhIpJs9mEJ
        Vh8lk6+0acrnfG+obYZAkim9c0C+YVLIbkWg5Qio3qjnFVK/wpym/0T4qE5O
        2QARAQABwsCvBh8BCgAAAD4Fgmg8QMADCwkHBRUKCA4MBBYAAgECmwMCHgEi
        oQZydJOavq0lTfb6tv51U97VNYh3f/6UB0CA8M3ei84ljwAAAAAPMyCHEJS5
        Om88lPyqiFtTYtXcj4fLR/1VRH7ks6HG6YmfSQf+K+Poj/lakfv5HyUUJmuj
        3E7+ZJifsloZFHzujiCoZMQFNF/LonqPhpCUuSvcveTktljcvs0mV4Oci5Sx
        B1XH+tK/g6MM1P1xCfQJ1g/fEhNjoizLC3e2jdCIM1OOueAUNULRal4b0qoi
        n1m9m7ahO74p9ryM0JFeF5iVDpNOsdseMgV6E9OVecLCvF4YNuWGv06I2jWZ
        17/2IMBMECEy/mrkzPWPMNdH2dCmVaAB34K4XourPyfjcSh9J82E6x9dN7Eg
        n0hLINK+kqHMTBLD2fS+yPAiwIyBLC3edwEoGYgfkbHBsGMxE5fPcC5LjSdn
        /v/+Ryv3Otb5g6JWrjCgNs0DQWRhwsCdBhMBCgAAACwFgmg8QMACGQEioQZy
        dJOavq0lTfb6tv51U97VNYh3f/6UB0CA8M3ei84ljwAAAAA38SAnp5uuI/KP
        A6JZU4NrcSUkKHwsffbusErdlX5H21Jc1wf+IpZGz45e6m8hW3o9Bp2bvZ9F
        rykGGLmcvecciWrNQRfSMwn0egS/DzX5oEaQiQ689y3UDi9Hv8Moc8nfkLGE
        61m3270qgItCCXLIFsbh4AxKEwLv0Y3/cpvVPXlJVIbLG0sNDBS+hEVzA+oo
        B6rFbqTKQAV2y6lhIm1hSi7GTBg4FzlhDbavCGzty6YuPK0iiMmJvpJjeTTS
        m9m3vdoyVnTV91KPYOnALadh8iV1ietYyuqrlJEGmEAHZFQpVH8bcqIRZIAh
        KOAxcY2g58VFzK/lc8cnMpEBOrViuC+6EQL80LifwCCO3uAruR2/EP+dN/6v
        AyGggsl3eSUKp0Qouc7AUQZoPEDAAQAAAQcIAK0baZqrVl606MCcNoIpuNF4
        Jvh2CGyv4GX/FzzR6OfSQ03m2XNb+y0J6WYTRzqzGBL1qD+RHljbNshgkvt3
        5ASVy9RffE7QhjRuxqhZ/Cf52/6V7qpTgZY1vc03sUscLP182Gsfu3AZR1pq
        jaIDI6D1gIT/LzWy641rTAGzaz3LYUkLJ22jWY04CSjlNCa6j5oaU2eyBO7w
        BD41JmGEurltt03P5M5RjGpaIKh90bcRrE9nKofQusx+UijVFI//UFJzNx9n
        JzSEP/FHfv9eW9pubY5iVhukG395gVKhuUFsioIYpAeuND9G0rSuVQ+GaAu/
        oAIlv1/1Xnq+pb/THCUAEQEAAcLAnQYYAQoAAAAsBYJoPEDAApsMIqEGcnST
        mr6tJU32+rb+dVPe1TWId3/+lAdAgPDN3ovOJY8AAAAAwSYgJV7iPHrSi23O
        nbc5aX8utGoNS2GSPxvei6pnkrXFx3MIALKxWGMpp9HDdFoZ1LGh/lDQE0FM
        Zvl8Ya5hfsgIvjZwUu/HwppUznOV7FmHGMRgei0FqwKixo2bRjD1VIHoLSgW
        slHDWa7S1jNr0/Tj3Kjr3PnMgMGnjjQaCYaNvepGV9oQQC5AAuqmBW6lx4ey
        rbeGopdv57znC77iPjRFgaAsBGVE/RTDKSlbmBEvf9dM2yW3ryEUnS2IORoP
        eyEz0M+1aFAaq6JQjQlqqZAqz7ib5rZ1TgP5+L8h7h69gJpnx3+Yf+VLii3a
        Kd2rjBNec8H7P8AtZDPtFPeKqDtCqltvn8U+X9Sz6OJs7QvjFQ0ZldjAlmlh
        CH7c/xqIdHK9O4I=
        -----END PGP PUBLIC KEY BLOCK-----
        """;

    public const string Version6RsaSignature = """
        -----BEGIN PGP SIGNATURE-----

        wsCaBgABCgAAACkFgmocIsAioQZydJOavq0lTfb6tv51U97VNYh3f/6UB0CA
        8M3ei84ljwAAAAD7TyBwIzMAiPZZhf+kgo1q0ciPfDZg9p0AVHF2CGeUFnC8
        pQgAtx6N5Q/guT6RsB5npjWPRO2PGn7BEXFmoviHmv4wDP3Z1J+Z4/Ef4qlp
        21J7GVFwsXKO4SHv6gowecz1uTsNmHAMk+gzZJi4FbINEfVwKZmn8NTCLn0C
        kx/wmvcFujeQDCxqgWkIaZ2oqHEqaOulf+KMm6miQ0RcqEo+075VF1ZGDSFa
        aVVae3NeHL263EPqZqvVEZG1E/6zv0nnOnE08HTHICd4QFMKE7P50pDl2sQp
        a7/RWAfNxpdIi/ZjbJ/0Uhlu3fniQmUbdPTyxZw0rnlnicGjAaRfHXVBz3oR
        tuIdpifsu3Q+wRWJy5hBngyAz9tNZ4R98SjFjgm85ZeBGA==
        -----END PGP SIGNATURE-----
        """;

    public const string Version6SubkeyCertificate = """
        -----BEGIN PGP PUBLIC KEY BLOCK-----

        xioGaDxAwBsAAAAgg2uGKU90nklaGZt26t1zQrvAkGgrArnlTZvsyURCs+TC
        rQYfGwoAAAA+BYJoPEDAAwsJBwUVCggODAQWAAIBApsDAh4BIqEGi/KC0fIk
        MEKmFieNL+vi9PYw7PhX3r8CU0WIlJIvp9IAAAAAR3QgZONa7cKJiMNvMUU1
        cdg6GU49aiGQ2sueBdMVYFNFMcQbs6G3MudTa+SIb9iX0l0GfT9D5Ivsy7/n
        aqQREFKedyJlpFEwFyXby9k27h19Z36E+lJuefYvhf734K46RLINzQNBZGHC
        mwYTGwoAAAAsBYJoPEDAAhkBIqEGi/KC0fIkMEKmFieNL+vi9PYw7PhX3r8C
        U0WIlJIvp9IAAAAA+EwgE231QZUWC3lKz1379TF64N69ujghe16IioaOCa6m
        KvSoU3ZDaN08iTPu8CjmmGMxXxr514Kcul79m4Fj3zwQz/vUbikQr4loZy/b
        dsU1fvrY4F1q9cpb4vFe0locylQMzioGaDxAwBsAAAAgHFAB1+d7o04QM+8Q
        vZr6coU7sq2U2q5HeMcsOp05npLCwHUGGBsKAAAAxgWCaDxAwAKbApmgBhkb
        CgAAACkFgmg8QMAioQYzgUGFs4c84Qvtl8oYKWWDwIy5GtZbGBEfLDxafNsg
        BwAAAADXkiDSgYeli58lHkJgbOFi+lN8aBF8wHLQhyoXcmM8U8EXAE9JMb2t
        4MrMZPhuFYWtJpBQoSlEGCEtqfrS3qI363geVfY4APSnQvfBZzArsMIgewxT
        3jtxtdQ7AdtZUBM7XA4ioQaL8oLR8iQwQqYWJ40v6+L09jDs+FfevwJTRYiU
        ki+n0gAAAABlwiBbD5QCmgvV4H90OwouBFeaYQZGUi8g86mBnbGUeZT/WfmM
        sNs48LGsVStKgO4Hs12/AlvnJLAoUBZmBFuIeJ/c3rCuCQFBsdtPE59O9DNw
        LakuX9luqgQIFiELUajoegg=
        -----END PGP PUBLIC KEY BLOCK-----
        """;

    public const string Version6SubkeySignature = """
        -----BEGIN PGP SIGNATURE-----

        wpgGABsKAAAAKQWCahwiwCKhBjOBQYWzhzzhC+2XyhgpZYPAjLka1lsYER8s
        PFp82yAHAAAAADUxIE0aQ8n/AGjIarHGxrteXrczuuWyUr33DaRMVEpY8pVW
        4NoXUe4j4sjwQeAKUeADBgQ8sx0FggxB/4eTUkT1NKdiInqrmAlcWoZGxqoC
        AVgRakZjcQW84vD8A6H8pUNgCw==
        -----END PGP SIGNATURE-----
        """;

    public const string Version4Ed25519Certificate = """
        -----BEGIN PGP PUBLIC KEY BLOCK-----

        xiYEaDxAwBv6ucqu7bSIuiax9GLFet0NwRuYCEuqQBcsb+/oCHJ0X80DQWRh
        wsAPBBMbCgCFBYJoPEDAAwsJBwkQ0Y0Pvq2JZm1FFAAAAAAAHAAgc2FsdEBu
        b3RhdGlvbnMub3BlbnBncGpzLm9yZ1kxjApgJNpOH9FfW7uEVLLp9ruIjaVs
        f+o5wgio3Tw7BRUKCA4MBBYAAgECGQECmwMCHgEWIQS+OG/NsSuHLiE4rWjR
        jQ++rYlmbQAAi71G3oLB2ASkExaLZq5Mn180aocSEs+GqWr5qzvs1YY4qrtU
        +ylBfrcDhoK2cWHwjp9qMNgsiwUrMOJrCTFEoDAJziYEaDxAwBlk7Ci2t8y3
        C4Cj3Sstl+nWOI4EShrrC0zKjm9ZSpR2D8K6BBgbCgBwBYJoPEDACRDRjQ++
        rYlmbUUUAAAAAAAcACBzYWx0QG5vdGF0aW9ucy5vcGVucGdwanMub3JnvReM
        rTeKTgIyIMwSgPqTxrNj7pp624beqSo3/H8xBewCmwwWIQS+OG/NsSuHLiE4
        rWjRjQ++rYlmbQAAn2cNSq5ycoI6APlfoI79xb/clAz2aU2yJNJzwdnt6VFD
        ldroo0h822F6vrMVst/wrixvhgV7yTMxQc2q3kAPD4AJ
        =3ded
        -----END PGP PUBLIC KEY BLOCK-----
        """;

    public const string Version4Ed25519Signature = """
        -----BEGIN PGP SIGNATURE-----

        wrcEABsKAG0FgmocIsAJENGND76tiWZtRRQAAAAAABwAIHNhbHRAbm90YXRp
        b25zLm9wZW5wZ3Bqcy5vcmdadN99i3wJJ2IaEm4IVVwic5b/ubHoU/J+thCS
        Gd9HqxYhBL44b82xK4cuITitaNGND76tiWZtAACE/fCPyl3I8PnJJZCzGtA7
        wO5DFHaSli6Ptam7Mff0GAQma7UbwU4eeRQ4F5hK/isMOa0T6bjFPwWQfU9s
        Ddq1LQ0=
        =15a2
        -----END PGP SIGNATURE-----
        """;

    public const string Version4Ed448Certificate = """
        -----BEGIN PGP PUBLIC KEY BLOCK-----

        xj8EaDxAwBzXxE3R8ReqtlAK+VcfEDHJq+/JKpiXSEJRZHegCuG+gTjegHmW
        g8opUi11cY9/i5JSO51LYwQo8QDNA0FkYcLAQQQTHAoAhQWCaDxAwAMLCQcJ
        EJ8JXxTerDFbRRQAAAAAABwAIHNhbHRAbm90YXRpb25zLm9wZW5wZ3Bqcy5v
        cmd99KUbjYvK/08pDcvp56XBXY4rHOIjt72W1Lg9+KZXPQUVCggODAQWAAIB
        AhkBApsDAh4BFiEEdUcYdU2Nd5b8FL7mnwlfFN6sMVsAAHsveucv/mZRkvlw
        Qd+sPWFwLerpJ4Rgqfcfz9aENwrgDB0oU5wlCP3pePgI2KXuiUvz2awPNqt6
        9vEA0FnO4Kln8sAbifsTAKrQrq8BYWR3BYJZR3Psq1SJuARbNDnNUN1MayHs
        oJMUyRjU6xblQx//FRsAzj4EaDxAwBquEOJ3DX4VuhBHWFA7mkBhVdaKEXMK
        fUOv7ZoHjK3XZoDvYEtM1ZvTEeYQn9r2pKBRPGpKT/0ldMLALAQYHAoAcAWC
        aDxAwAkQnwlfFN6sMVtFFAAAAAAAHAAgc2FsdEBub3RhdGlvbnMub3BlbnBn
        cGpzLm9yZ0LEblll9gQ7Ci5MVDOyGWoOJUYd/VaUMvM8QWL6oSj8ApsMFiEE
        dUcYdU2Nd5b8FL7mnwlfFN6sMVsAAM8bFMICZTduDxmIG4ezdGSSEW6oXZYr
        MLsxfOuo20jqfz19nYG5QFD6PkODT2AFrbt+8lhYGk2P2QmAuLCBBYw5v+FU
        m2+brin8Gc7RQ7JXUd5bPERbGRtdLTUSauK67qQPz2vKwvRljM7YQw70nrLe
        3wMA
        =tgwD
        -----END PGP PUBLIC KEY BLOCK-----
        """;

    public const string Version4Ed448Signature = """
        -----BEGIN PGP SIGNATURE-----

        wsApBAAcCgBtBYJqHCLACRCfCV8U3qwxW0UUAAAAAAAcACBzYWx0QG5vdGF0
        aW9ucy5vcGVucGdwanMub3JnDBPj2WFp8/fjZTQAFnK3D7cEPqf4Gh7ggSvg
        vK70PsAWIQR1Rxh1TY13lvwUvuafCV8U3qwxWwAAmzOG2YcrQeSjSFqV30ik
        crnNVvdTsgve10b68A6ew8gSmALR8RAXEFf/gIyDqS2FWf940GbBra9fBYDn
        /fejkRVvlGtQ+aMsh1pLNuHqNjPXHA2zITaH0h6eJDmBg3R4H2aTRZ/a2Gn1
        VjYMgeTxBHF3NgA=
        =zh5N
        -----END PGP SIGNATURE-----
        """;
}
